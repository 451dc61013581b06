-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.list_limits()
CREATE OR REPLACE FUNCTION genjobs.list_limits()
 RETURNS TABLE(mode text, user_id uuid, max_running integer, max_attempts smallint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select limits.mode, null::uuid, limits.max_running, limits.max_attempts from genjobs.mode_limits as limits
    union all
    select null, limits.user_id, limits.max_running, null from genjobs.person_limits as limits
    order by 1 nulls last, 2 nulls first
$function$;

-- grants of genjobs.list_limits()
REVOKE ALL ON FUNCTION genjobs.list_limits() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.list_limits() TO service_role;
