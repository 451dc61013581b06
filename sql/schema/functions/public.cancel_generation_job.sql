-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.cancel_generation_job(uuid, text)
CREATE OR REPLACE FUNCTION public.cancel_generation_job(p_job_id uuid, p_reason text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.cancel_job(p_job_id, p_reason)
$function$;

-- grants of public.cancel_generation_job(uuid, text)
REVOKE ALL ON FUNCTION public.cancel_generation_job(uuid, text) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.cancel_generation_job(uuid, text) TO authenticated, service_role;
