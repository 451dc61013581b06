-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_details(uuid[])
CREATE OR REPLACE FUNCTION genjobs.read_details(p_job_ids uuid[])
 RETURNS TABLE(job_id uuid, first_job_id uuid, newest_job_id uuid, newest_status text, retried_as uuid, attempt smallint, attempts_allowed smallint, ending text, priority smallint, urgent boolean, timeout_seconds integer, due_at timestamp with time zone, held boolean, percent smallint, progress text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
#variable_conflict use_column
begin
    perform genjobs.refuse_unless(
        cardinality(p_job_ids) <= 1000,
        'Details can be read for at most 1,000 jobs at once.', 'Pass at most 1,000 ids in p_job_ids.'
    );
    return query
    select
        job.id, mine.first_job_id, newest.id, newest.status, mine.retried_as, mine.attempt,
        genjobs.attempts_allowed(job.id, job.mode), mine.ending, coalesce(options.priority, 0::smallint),
        coalesce(options.urgent, false), options.timeout_seconds, delayed.due_at, lease.job_id is not null,
        case when not silence.lasts then progress.percent end,
        case when silence.lasts then 'Its worker is silent: another one will try it again' else progress.message end
    from unnest(p_job_ids) with ordinality as given (job_id, number)
    join public.generation_jobs as job on job.id = given.job_id and genjobs.is_callers(job.user_id)
    cross join lateral genjobs.attempt_of(job.id) as mine
    left join public.generation_jobs as newest on newest.id = genjobs.newest_attempt(job.id)
    left join genjobs.job_options as options on options.job_id = job.id
    left join genjobs.job_delays as delayed on delayed.job_id = job.id
    left join genjobs.job_leases as lease on lease.job_id = job.id
    left join genjobs.job_progress as progress on progress.job_id = lease.job_id
    left join genjobs.workers as worker on worker.id = lease.worker_id
    cross join lateral (
        select lease.job_id is not null and coalesce(worker.leased_until, '-infinity') < clock_timestamp() as lasts
    ) as silence
    order by given.number;
end
$function$;

-- grants of genjobs.read_details(uuid[])
REVOKE ALL ON FUNCTION genjobs.read_details(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_details(uuid[]) TO authenticated, service_role;
