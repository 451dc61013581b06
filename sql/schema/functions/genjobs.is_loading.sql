-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_loading()
CREATE OR REPLACE FUNCTION genjobs.is_loading()
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(current_setting('genjobs.recording', true), '') = 'later' and genjobs.is_owner()
$function$;

-- grants of genjobs.is_loading()
REVOKE ALL ON FUNCTION genjobs.is_loading() FROM PUBLIC, anon, authenticated, service_role;
