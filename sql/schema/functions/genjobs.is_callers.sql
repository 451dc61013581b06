-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_callers(uuid)
CREATE OR REPLACE FUNCTION genjobs.is_callers(p_user_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(current_setting('role') = 'service_role' or p_user_id = auth.uid(), false)
$function$;

-- grants of genjobs.is_callers(uuid)
REVOKE ALL ON FUNCTION genjobs.is_callers(uuid) FROM PUBLIC, anon, authenticated, service_role;
