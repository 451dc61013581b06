-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.occupied_places()
CREATE OR REPLACE FUNCTION genjobs.occupied_places()
 RETURNS TABLE(user_id uuid, mode text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select lease.user_id, lease.mode from genjobs.job_leases as lease
    union all
    select job.user_id, genjobs.queue_mode(job.mode)
    from genjobs.recently_lost() as lost (job_id)
    join public.generation_jobs as job on job.id = lost.job_id
$function$;

-- grants of genjobs.occupied_places()
REVOKE ALL ON FUNCTION genjobs.occupied_places() FROM PUBLIC, anon, authenticated, service_role;
