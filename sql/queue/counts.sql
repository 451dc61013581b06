-- Jobs that wait, that wait for their time, and that workers hold, and how many workers were heard within their lease.
select
    (select pg_catalog.count(*) from genjobs.job_queue),
    (select pg_catalog.count(*) from genjobs.job_delays),
    (select pg_catalog.count(*) from genjobs.job_leases),
    (select pg_catalog.count(*) from genjobs.workers as worker where worker.leased_until > pg_catalog.clock_timestamp())
