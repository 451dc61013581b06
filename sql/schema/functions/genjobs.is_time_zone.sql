-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_time_zone(text)
CREATE OR REPLACE FUNCTION genjobs.is_time_zone(p_time_zone text)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select exists (select from pg_catalog.pg_timezone_names as zone where zone.name = p_time_zone)
$function$;

-- grants of genjobs.is_time_zone(text)
REVOKE ALL ON FUNCTION genjobs.is_time_zone(text) FROM PUBLIC, anon, authenticated, service_role;
