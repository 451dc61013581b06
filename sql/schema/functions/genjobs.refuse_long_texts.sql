-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_long_texts(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.refuse_long_texts(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if exists (
        select from public.generation_job_events as event
        where event.job_id = p_job.id
            and event.kind = 'deleted'
            and event.mode = p_job.mode
            and event.error is not distinct from p_job.error
    ) then
        return;
    end if;
    if length(p_job.mode) > 100 then
        perform genjobs.refuse_text('generation_jobs', 'mode', 'mode of a job', 100, p_job.mode);
    end if;
    perform genjobs.refuse_text('generation_jobs', 'error', 'error of a job', 100000, p_job.error);
end
$function$;

-- grants of genjobs.refuse_long_texts(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.refuse_long_texts(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
