-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.forget_jobs(uuid[])
CREATE OR REPLACE FUNCTION genjobs.forget_jobs(p_job_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if exists (select from genjobs.job_attempts) then
        delete from genjobs.job_attempts as attempt where attempt.job_id = any (p_job_ids);
    end if;
    if exists (select from genjobs.lost_leases) then
        delete from genjobs.lost_leases as lease where lease.job_id = any (p_job_ids);
    end if;
    if exists (select from genjobs.job_options) then
        delete from genjobs.job_options as options where options.job_id = any (p_job_ids);
    end if;
    if exists (select from genjobs.job_keys) then
        delete from genjobs.job_keys as key where key.first_job_id = any (p_job_ids);
    end if;
end
$function$;

-- grants of genjobs.forget_jobs(uuid[])
REVOKE ALL ON FUNCTION genjobs.forget_jobs(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
