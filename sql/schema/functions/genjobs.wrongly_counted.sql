-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.wrongly_counted(uuid, uuid)
CREATE OR REPLACE FUNCTION genjobs.wrongly_counted(p_after uuid, p_upto uuid)
 RETURNS SETOF public.generation_jobs
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select job.*
    from genjobs.job_attempts as attempt
    join public.generation_jobs as job on job.id = attempt.job_id and job.status = 'failed'
    where attempt.job_id > p_after
        and attempt.job_id <= p_upto
        and (attempt.retried_as is not null or attempt.ending in ('cancelled', 'handed_back'))
        and not genjobs.is_excluded(job.id)
$function$;

-- grants of genjobs.wrongly_counted(uuid, uuid)
REVOKE ALL ON FUNCTION genjobs.wrongly_counted(uuid, uuid) FROM PUBLIC, anon, authenticated, service_role;
