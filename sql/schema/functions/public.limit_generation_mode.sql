-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.limit_generation_mode(text, integer, integer)
CREATE OR REPLACE FUNCTION public.limit_generation_mode(p_mode text, p_max_running integer DEFAULT NULL::integer, p_max_attempts integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.limit_mode(p_mode, p_max_running, p_max_attempts)
$function$;

-- grants of public.limit_generation_mode(text, integer, integer)
REVOKE ALL ON FUNCTION public.limit_generation_mode(text, integer, integer) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.limit_generation_mode(text, integer, integer) TO service_role;
