-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_loading()
CREATE OR REPLACE FUNCTION genjobs.is_loading()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(current_setting('genjobs.recording', true), '') = 'later'
        and coalesce(nullif(current_setting('role'), 'none'), session_user) = (
            select pg_catalog.pg_get_userbyid(relowner)
            from pg_catalog.pg_class
            where oid = 'public.generation_jobs'::regclass
        )
$function$;

-- grants of genjobs.is_loading()
REVOKE ALL ON FUNCTION genjobs.is_loading() FROM PUBLIC, anon, authenticated, service_role;
