-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.forget_recorded(uuid)
CREATE OR REPLACE FUNCTION genjobs.forget_recorded(p_job_id uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    delete from genjobs.recorded_at_once as recorded where recorded.job_id = p_job_id
$function$;

-- grants of genjobs.forget_recorded(uuid)
REVOKE ALL ON FUNCTION genjobs.forget_recorded(uuid) FROM PUBLIC, anon, authenticated, service_role;
