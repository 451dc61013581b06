select genjobs.rebuild_job_queue()
