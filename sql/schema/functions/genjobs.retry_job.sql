-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.retry_job(public.generation_jobs, text, integer)
CREATE OR REPLACE FUNCTION genjobs.retry_job(p_job public.generation_jobs, p_ending text, p_after_seconds integer DEFAULT 0)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    is_attempt constant boolean := p_ending <> 'handed_back';
    mine constant genjobs.job_attempts := genjobs.attempt_of(p_job.id);
    next_id uuid;
begin
    if is_attempt and mine.attempt >= genjobs.attempts_allowed(p_job.id, p_job.mode) then
        update genjobs.job_attempts as attempt set ending = p_ending where attempt.job_id = p_job.id;
        return null;
    end if;
    begin
        next_id := genjobs.queue_attempt(p_job, p_ending, is_attempt);
    exception when others then
        if not genjobs.is_refusal(sqlstate) then
            raise;
        end if;
        update public.generation_jobs as job
        set error = left(concat_ws(' ', job.error, 'It was not retried: ' || sqlerrm), 100000)
        where job.id = p_job.id;
        return null;
    end;
    if is_attempt then
        perform genjobs.delay_job(
            next_id,
            clock_timestamp()
                + greatest(genjobs.retry_delay(mine.attempt), least(coalesce(p_after_seconds, 0), 86400) * interval '1 second')
        );
    end if;
    return next_id;
end
$function$;

-- grants of genjobs.retry_job(public.generation_jobs, text, integer)
REVOKE ALL ON FUNCTION genjobs.retry_job(public.generation_jobs, text, integer) FROM PUBLIC, anon, authenticated, service_role;
