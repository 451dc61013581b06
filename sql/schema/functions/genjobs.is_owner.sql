-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_owner()
CREATE OR REPLACE FUNCTION genjobs.is_owner()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(nullif(current_setting('role'), 'none'), session_user) = (
        select pg_get_userbyid(relowner) from pg_class where oid = 'public.generation_jobs'::regclass
    )
$function$;

-- grants of genjobs.is_owner()
REVOKE ALL ON FUNCTION genjobs.is_owner() FROM PUBLIC, anon, authenticated, service_role;
