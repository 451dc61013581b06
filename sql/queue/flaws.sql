-- How many jobs are wrong in the queue, and the first of them in words.
with found as materialized (
    select * from genjobs.compare_job_queue()
)
select
    (select pg_catalog.count(*) from found),
    array(
        select pg_catalog.format(
            '%s: %s', found.job_id,
            case found.flaw
                when 'missing' then 'it is queued, and no worker would find it'
                when 'stale' then 'its row in the queue says something else than the job'
                else 'a worker holds it, and it does not run'
            end
        )
        from found
        limit 10
    )
