-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.claim_jobs(uuid, integer, integer, text[], uuid[])
CREATE OR REPLACE FUNCTION genjobs.claim_jobs(p_worker_id uuid, p_limit integer, p_lease_seconds integer, p_modes text[], p_project_ids uuid[])
 RETURNS TABLE(id uuid, user_id uuid, project_id uuid, status text, mode text, input_asset_id uuid, error text, cost_cents integer, created_at timestamp with time zone, updated_at timestamp with time zone, lease_token uuid, attempt smallint, timeout_seconds integer, first_job_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
#variable_conflict use_column
declare
    lease constant uuid := gen_random_uuid();
    picked uuid[];
begin
    perform genjobs.refuse_unless(
        p_worker_id is not null,
        'A claim needs the id of its worker.', 'Pass a uuid as p_worker_id, a new one for each process.'
    );
    perform genjobs.refuse_unless(
        p_limit between 1 and 1000, 'A claim takes 1 to 1000 jobs.', 'Pass a p_limit from 1 to 1000.'
    );
    perform genjobs.refuse_unless(
        p_lease_seconds between 5 and 3600, 'A lease must be 5 to 3600 seconds.', 'Pass p_lease_seconds from 5 to 3600.'
    );
    perform genjobs.refuse_snapshots();
    lock table public.generation_jobs in row exclusive mode; -- before any row lock, as truncate does
    perform genjobs.keep_worker(p_worker_id, p_lease_seconds);
    perform genjobs.rescue_jobs(100);
    perform genjobs.queue_due();
    if genjobs.has_limits() then
        picked := genjobs.pick_within_limits(p_limit, p_modes, p_project_ids);
    else
        picked := genjobs.pick_in_turn(p_limit, p_modes, p_project_ids, '{}', '{}');
    end if;
    if random() < 0.03 or cardinality(picked) < p_limit then
        perform genjobs.note_turn();
    end if;
    if cardinality(picked) < p_limit and current_setting('genjobs.listens', true) = 'on' then
        perform setval('genjobs.listening_until', extract(epoch from clock_timestamp())::bigint + 5);
    end if;
    if cardinality(picked) = 0 then
        return;
    end if;
    perform genjobs.note_reached(picked, p_modes, p_project_ids);
    insert into genjobs.job_leases (job_id, token, worker_id, user_id, mode)
    select queued.job_id, lease, p_worker_id, queued.user_id, queued.mode
    from genjobs.job_queue as queued
    where queued.job_id = any (picked);
    delete from genjobs.job_queue as queued where queued.job_id = any (picked);
    perform set_config('genjobs.queue_is_kept', 'on', true);
    begin
        update public.generation_jobs as job set status = 'running' where job.id = any (picked);
    exception when others then
        if not genjobs.is_refusal(sqlstate) then
            raise;
        end if;
        picked := genjobs.start_one_by_one(picked);
    end;
    perform set_config('genjobs.queue_is_kept', 'off', true);
    return query
    select
        job.id, job.user_id, job.project_id, job.status, job.mode, job.input_asset_id, job.error, job.cost_cents,
        job.created_at, job.updated_at, lease, coalesce(attempt.attempt, 1::smallint), options.timeout_seconds,
        coalesce(attempt.first_job_id, job.id)
    from public.generation_jobs as job
    left join genjobs.job_attempts as attempt on attempt.job_id = job.id
    left join genjobs.job_options as options on options.job_id = job.id
    where job.id = any (picked)
    order by array_position(picked, job.id);
end
$function$;

-- grants of genjobs.claim_jobs(uuid, integer, integer, text[], uuid[])
REVOKE ALL ON FUNCTION genjobs.claim_jobs(uuid, integer, integer, text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.claim_jobs(uuid, integer, integer, text[], uuid[]) TO service_role;
