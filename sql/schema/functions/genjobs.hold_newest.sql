-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.hold_newest(uuid)
CREATE OR REPLACE FUNCTION genjobs.hold_newest(p_job_id uuid)
 RETURNS public.generation_jobs
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    newest uuid := p_job_id;
    held public.generation_jobs;
begin
    loop
        newest := genjobs.newest_attempt(newest);
        select job.* into held
        from public.generation_jobs as job
        where job.id = newest and genjobs.is_callers(job.user_id)
        for no key update;
        exit when held.id is null or genjobs.newest_attempt(newest) = newest;
    end loop;
    return held;
end
$function$;

-- grants of genjobs.hold_newest(uuid)
REVOKE ALL ON FUNCTION genjobs.hold_newest(uuid) FROM PUBLIC, anon, authenticated, service_role;
