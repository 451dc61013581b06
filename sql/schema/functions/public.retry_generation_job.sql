-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.retry_generation_job(uuid)
CREATE OR REPLACE FUNCTION public.retry_generation_job(p_job_id uuid)
 RETURNS uuid
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.try_again(p_job_id)
$function$;

-- grants of public.retry_generation_job(uuid)
REVOKE ALL ON FUNCTION public.retry_generation_job(uuid) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.retry_generation_job(uuid) TO authenticated, service_role;
