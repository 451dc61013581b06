-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[])
CREATE OR REPLACE FUNCTION genjobs.finish_jobs(p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[], p_finals boolean[], p_retry_seconds integer[])
 RETURNS TABLE(job_id uuid, outcome text, reason text, retried_as uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
    held uuid[];
    endings genjobs.ending[];
    failed record;
    retries uuid[] := '{}';
begin
    perform genjobs.refuse_unless(
        cardinality(p_job_ids) <= 1000
            and cardinality(p_job_ids) = all (array[
                cardinality(p_lease_tokens), cardinality(p_statuses), cardinality(p_cost_cents),
                coalesce(cardinality(p_errors), cardinality(p_job_ids)),
                coalesce(cardinality(p_finals), cardinality(p_job_ids)),
                coalesce(cardinality(p_retry_seconds), cardinality(p_job_ids))
            ]),
        'All arrays must have one element per job, for at most 1,000 jobs.',
        'Pass p_job_ids, p_lease_tokens, p_statuses and p_cost_cents of the same length; the others too, or null.'
    );
    perform genjobs.refuse_snapshots();
    held := array(
        select job.id
        from public.generation_jobs as job
        where job.id = any (p_job_ids)
        for no key update of job skip locked
    );
    if array_remove(p_statuses, 'succeeded') <> '{}' then
        held := array( -- a retry needs locks on both, after the job
            select job.id
            from public.generation_jobs as job
            join public.projects as project on project.id = job.project_id
            join auth.users as person on person.id = job.user_id
            where job.id = any (held)
            for key share of project, person skip locked
        );
    end if;
    endings := genjobs.judge_endings(held, p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals);
    delete from genjobs.job_leases as lease
    using unnest(endings) as told
    where lease.job_id = told.job_id and told.outcome = 'finished';
    delete from genjobs.job_progress as progress
    using unnest(endings) as told
    where progress.job_id = told.job_id and told.outcome = 'finished';
    perform genjobs.add_lost_costs(held, p_job_ids, p_lease_tokens, p_cost_cents);
    perform set_config('genjobs.queue_is_kept', 'on', true);
    update public.generation_jobs as job
    set status = case told.status when 'succeeded' then 'succeeded' else 'failed' end,
        cost_cents = told.cost_cents,
        error = told.error
    from unnest(endings) as told
    where job.id = told.job_id and told.outcome = 'finished';
    perform set_config('genjobs.queue_is_kept', 'off', true);
    for failed in -- by person: with a hard budget, each insert waits for that person's turn
        select job, told.number, told.status, p_retry_seconds[told.number] as retry_seconds
        from unnest(endings) as told
        join public.generation_jobs as job on job.id = told.job_id
        where told.outcome = 'finished' and told.status <> 'succeeded' and not told.is_final
        order by job.user_id, told.number
    loop
        retries[failed.number] := genjobs.retry_job(failed.job, failed.status, failed.retry_seconds);
    end loop;
    return query
    select
        told.job_id, told.outcome, case told.outcome when 'refused' then told.reason end,
        retries[told.number]
    from unnest(endings) as told
    order by told.number;
end
$function$;

-- grants of genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[])
REVOKE ALL ON FUNCTION genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[]) TO service_role;
