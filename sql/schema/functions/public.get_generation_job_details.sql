-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_generation_job_details(uuid[])
CREATE OR REPLACE FUNCTION public.get_generation_job_details(p_job_ids uuid[])
 RETURNS TABLE(job_id uuid, first_job_id uuid, newest_job_id uuid, newest_status text, retried_as uuid, attempt smallint, attempts_allowed smallint, ending text, priority smallint, urgent boolean, timeout_seconds integer, due_at timestamp with time zone, held boolean, percent smallint, progress text)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select * from genjobs.read_details(p_job_ids)
$function$;

-- grants of public.get_generation_job_details(uuid[])
REVOKE ALL ON FUNCTION public.get_generation_job_details(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_generation_job_details(uuid[]) TO authenticated, service_role;
