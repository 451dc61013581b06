-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.can_be_excluded(uuid)
CREATE OR REPLACE FUNCTION genjobs.can_be_excluded(p_job_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select exists (select from public.generation_jobs as job where job.id = p_job_id and job.status = 'failed')
        or exists (
            select from public.generation_job_events as event where event.job_id = p_job_id and event.kind = 'deleted'
        )
$function$;

-- grants of genjobs.can_be_excluded(uuid)
REVOKE ALL ON FUNCTION genjobs.can_be_excluded(uuid) FROM PUBLIC, anon, authenticated, service_role;
