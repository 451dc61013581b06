-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.queue_attempt(public.generation_jobs, text, boolean)
CREATE OR REPLACE FUNCTION genjobs.queue_attempt(p_job public.generation_jobs, p_ending text, p_counts boolean)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    mine constant genjobs.job_attempts := genjobs.attempt_of(p_job.id);
    next_id constant uuid := gen_random_uuid();
    asset_id uuid;
begin
    select asset.id into asset_id
    from public.assets as asset
    where asset.id = p_job.input_asset_id
    for key share skip locked;
    insert into public.generation_jobs (id, user_id, project_id, mode, input_asset_id)
    values (next_id, p_job.user_id, p_job.project_id, p_job.mode, asset_id);
    insert into genjobs.job_attempts (job_id, first_job_id, retried_as, attempt, ending)
    values
        (p_job.id, mine.first_job_id, next_id, mine.attempt, p_ending),
        (next_id, mine.first_job_id, null, mine.attempt + p_counts::integer, null)
    on conflict (job_id) do update set retried_as = excluded.retried_as, ending = excluded.ending;
    perform genjobs.exclude_job(p_job);
    insert into genjobs.job_options (job_id, timeout_seconds, priority, max_attempts, urgent)
    select next_id, options.timeout_seconds, options.priority, options.max_attempts, options.urgent
    from genjobs.job_options as options
    where options.job_id = p_job.id;
    if found then
        perform genjobs.place_jobs(array[next_id]);
    end if;
    return next_id;
end
$function$;

-- grants of genjobs.queue_attempt(public.generation_jobs, text, boolean)
REVOKE ALL ON FUNCTION genjobs.queue_attempt(public.generation_jobs, text, boolean) FROM PUBLIC, anon, authenticated, service_role;
