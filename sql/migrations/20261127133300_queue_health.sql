-- Numbers that show problems of the queue and reveal nothing about anyone's jobs.

-- The number of waiting jobs, counted up to 10,001, and for how many seconds the oldest of these has waited; the number
-- of delayed jobs and of jobs that workers hold; workers within their lease, and those of the last hour that lost jobs;
-- and how long the oldest transaction that keeps dead rows from being removed has been open: null if the function's owner
-- may not see other roles' transactions.
create or replace function genjobs.queue_health()
returns table (
    waiting bigint, oldest_waiting_seconds double precision, delayed bigint, held bigint, workers bigint,
    lost_workers bigint, oldest_transaction_seconds double precision
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        first.jobs, extract(epoch from clock_timestamp() - first.queued_at),
        (select count(*) from genjobs.job_delays),
        (select count(*) from genjobs.job_leases),
        (select count(*) from genjobs.workers as worker where worker.leased_until >= clock_timestamp()),
        (
            select count(*) from genjobs.workers as worker
            where worker.lost_jobs > 0 and worker.leased_until > clock_timestamp() - interval '1 hour'
        ),
        (
            select extract(epoch from clock_timestamp() - min(activity.xact_start))
            from pg_catalog.pg_stat_activity as activity
            where activity.backend_type = 'client backend'
                and activity.pid <> pg_backend_pid()
                and coalesce(activity.backend_xmin, activity.backend_xid) is not null
        )
    from (
        select count(*) as jobs, min(head.queued_at) as queued_at
        from (
            select queued.queued_at from genjobs.job_queue as queued order by queued.turn, queued.queued_at limit 10001
        ) as head
    ) as first
$$;

create or replace function public.get_generation_queue_health()
returns table (
    waiting bigint, oldest_waiting_seconds double precision, delayed bigint, held bigint, workers bigint,
    lost_workers bigint, oldest_transaction_seconds double precision
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.queue_health()
$$;

revoke all on function genjobs.queue_health(), public.get_generation_queue_health()
    from public, anon, authenticated, service_role;
grant execute on function genjobs.queue_health(), public.get_generation_queue_health() to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127133300') on conflict do nothing;
