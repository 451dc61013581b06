-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_analyst()
CREATE OR REPLACE FUNCTION genjobs.is_analyst()
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select current_setting('role') = 'service_role'
        or coalesce(auth.jwt() -> 'app_metadata' ->> 'console_role', '') in ('analyst', 'admin')
$function$;

-- grants of genjobs.is_analyst()
REVOKE ALL ON FUNCTION genjobs.is_analyst() FROM PUBLIC, anon, authenticated, service_role;
