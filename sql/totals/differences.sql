-- The number of differences, and the first of them in words.
with difference as materialized (
    select * from genjobs.compare_cost_totals()
)
select
    (select pg_catalog.count(*) from difference),
    array(
        select pg_catalog.format(
            '%s, %s, %s%s, user %s, %s: %s jobs and %s cents in the totals, %s and %s by the jobs',
            difference.quarter, difference.mode, difference.status, case when difference.deleted then ', deleted' else '' end,
            difference.user_id,
            coalesce('project ' || difference.project_id, 'all projects')
                || coalesce(', histogram bucket ' || difference.cost_bucket, ''),
            difference.total_jobs, difference.total_cents, difference.counted_jobs, difference.counted_cents
        )
        from difference
        limit 10
    )
