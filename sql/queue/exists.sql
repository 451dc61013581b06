select pg_catalog.to_regprocedure('genjobs.compare_job_queue()') is not null
