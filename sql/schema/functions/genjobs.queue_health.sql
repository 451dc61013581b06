-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.queue_health()
CREATE OR REPLACE FUNCTION genjobs.queue_health()
 RETURNS TABLE(waiting bigint, oldest_waiting_seconds double precision, delayed bigint, held bigint, workers bigint, lost_workers bigint, oldest_transaction_seconds double precision)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.queue_health()
REVOKE ALL ON FUNCTION genjobs.queue_health() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.queue_health() TO authenticated, service_role;
