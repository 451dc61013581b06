-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.create_generation_jobs(jsonb)
CREATE OR REPLACE FUNCTION public.create_generation_jobs(p_jobs jsonb)
 RETURNS TABLE(outcome text, job_id uuid, code text, reason text, details text, hint text)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select * from genjobs.create_jobs(p_jobs)
$function$;

-- grants of public.create_generation_jobs(jsonb)
REVOKE ALL ON FUNCTION public.create_generation_jobs(jsonb) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.create_generation_jobs(jsonb) TO authenticated, service_role;
