-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_generation_limits()
CREATE OR REPLACE FUNCTION public.get_generation_limits()
 RETURNS TABLE(mode text, user_id uuid, max_running integer, max_attempts smallint)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select * from genjobs.list_limits()
$function$;

-- grants of public.get_generation_limits()
REVOKE ALL ON FUNCTION public.get_generation_limits() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_generation_limits() TO service_role;
