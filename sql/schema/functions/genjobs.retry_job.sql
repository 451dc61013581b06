-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.retry_job(public.generation_jobs, text)
CREATE OR REPLACE FUNCTION genjobs.retry_job(p_job public.generation_jobs, p_ending text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    is_attempt constant boolean := p_ending <> 'handed_back';
    next_id constant uuid := gen_random_uuid();
    mine genjobs.job_attempts;
    asset_id uuid;
begin
    select attempt.* into mine from genjobs.job_attempts as attempt where attempt.job_id = p_job.id;
    mine.attempt := coalesce(mine.attempt, 1);
    mine.first_job_id := coalesce(mine.first_job_id, p_job.id);
    if is_attempt and mine.attempt >= 3 then
        update genjobs.job_attempts as attempt set ending = p_ending where attempt.job_id = p_job.id;
        return;
    end if;
    -- Whoever deletes the asset waits for the job: to wait for them would be a circle.
    select asset.id into asset_id
    from public.assets as asset
    where asset.id = p_job.input_asset_id
    for key share skip locked;
    begin
        insert into public.generation_jobs (id, user_id, project_id, mode, input_asset_id)
        values (next_id, p_job.user_id, p_job.project_id, p_job.mode, asset_id);
    exception when sqlstate 'PT402' or integrity_constraint_violation then
        update public.generation_jobs as job
        set error = left(concat_ws(' ', job.error, 'It was not tried again: ' || sqlerrm), 100000)
        where job.id = p_job.id;
        return;
    end;
    insert into genjobs.job_attempts (job_id, first_job_id, retried_as, attempt, ending)
    values
        (p_job.id, mine.first_job_id, next_id, mine.attempt, p_ending),
        (next_id, mine.first_job_id, null, mine.attempt + is_attempt::integer, null)
    on conflict (job_id) do update set retried_as = excluded.retried_as, ending = excluded.ending;
    if is_attempt then
        delete from genjobs.job_queue as queued where queued.job_id = next_id;
        insert into genjobs.job_delays (job_id, due_at)
        values (next_id, clock_timestamp() + genjobs.retry_delay(mine.attempt));
    end if;
end
$function$;

-- grants of genjobs.retry_job(public.generation_jobs, text)
REVOKE ALL ON FUNCTION genjobs.retry_job(public.generation_jobs, text) FROM PUBLIC, anon, authenticated, service_role;
