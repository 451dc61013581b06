-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.has_limits()
CREATE OR REPLACE FUNCTION genjobs.has_limits()
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return exists (select from genjobs.mode_limits as limits where limits.max_running is not null)
        or exists (select from genjobs.person_limits);
end
$function$;

-- grants of genjobs.has_limits()
REVOKE ALL ON FUNCTION genjobs.has_limits() FROM PUBLIC, anon, authenticated, service_role;
