-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_recorded(uuid)
CREATE OR REPLACE FUNCTION genjobs.is_recorded(p_job_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    select exists (select from genjobs.recorded_at_once as recorded where recorded.job_id = p_job_id)
$function$;

-- grants of genjobs.is_recorded(uuid)
REVOKE ALL ON FUNCTION genjobs.is_recorded(uuid) FROM PUBLIC, anon, authenticated, service_role;
