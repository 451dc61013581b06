-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_start(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.refuse_start(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('genjobs.loading', true) = 'on' and genjobs.is_owner() then
        return;
    end if;
    raise exception 'A job starts queued.'
        using errcode = 'check_violation',
            constraint = 'a_job_starts_queued',
            table = 'generation_jobs',
            schema = 'public',
            detail = format('The given status is %s.', p_job.status),
            hint = 'Leave out status, and move the job with transition_job_status.';
end
$function$;

-- grants of genjobs.refuse_start(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.refuse_start(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
