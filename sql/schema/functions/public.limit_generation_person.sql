-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.limit_generation_person(uuid, integer)
CREATE OR REPLACE FUNCTION public.limit_generation_person(p_user_id uuid DEFAULT NULL::uuid, p_max_running integer DEFAULT NULL::integer)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.limit_person(p_user_id, p_max_running)
$function$;

-- grants of public.limit_generation_person(uuid, integer)
REVOKE ALL ON FUNCTION public.limit_generation_person(uuid, integer) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.limit_generation_person(uuid, integer) TO service_role;
