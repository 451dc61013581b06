-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.note_turn()
CREATE OR REPLACE FUNCTION genjobs.note_turn()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
    stale uuid[];
begin
    select array_agg(head.job_id) into stale
    from (
        select queued.job_id
        from genjobs.job_queue as queued
        order by queued.turn, queued.queued_at, queued.job_id
        limit 100
    ) as head
    where not exists (
        select from public.generation_jobs as job where job.id = head.job_id and (job.status = 'queued') is true
    );
    if stale is not null then
        stale := array(
            select queued.job_id from genjobs.job_queue as queued where queued.job_id = any (stale) for update skip locked
        );
        delete from genjobs.job_queue as queued where queued.job_id = any (stale);
    end if;
    delete from genjobs.lost_leases as lease where lease.lost_at < clock_timestamp() - interval '7 days';
    insert into genjobs.workers (id, leased_until)
    select distinct lease.worker_id, timestamptz '-infinity'
    from genjobs.job_leases as lease
    where not exists (select from genjobs.workers as worker where worker.id = lease.worker_id)
    on conflict do nothing;
    perform setval('genjobs.queue_turn', first.turn, true)
    from (select min(queued.turn) as turn from genjobs.job_queue as queued where queued.turn >= 0) as first
    where first.turn is not null;
end
$function$;

-- grants of genjobs.note_turn()
REVOKE ALL ON FUNCTION genjobs.note_turn() FROM PUBLIC, anon, authenticated, service_role;
