-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.full_modes()
CREATE OR REPLACE FUNCTION genjobs.full_modes()
 RETURNS text[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(array_agg(limits.mode), '{}')
    from genjobs.mode_limits as limits
    join (select place.mode, count(*) as jobs from genjobs.occupied_places() as place group by place.mode) as running
        on running.mode = limits.mode
    where running.jobs >= limits.max_running
$function$;

-- grants of genjobs.full_modes()
REVOKE ALL ON FUNCTION genjobs.full_modes() FROM PUBLIC, anon, authenticated, service_role;
