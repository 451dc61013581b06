-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.opening(timestamp without time zone, text)
CREATE OR REPLACE FUNCTION genjobs.opening(p_local timestamp without time zone, p_time_zone text)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select min(given.moment)
    from unnest(array[interval '3 hours', '2 hours', '1 hour', '30 minutes', '0']) as earlier
    cross join lateral (select (p_local at time zone p_time_zone) - earlier as moment) as given
    where given.moment at time zone p_time_zone >= p_local
$function$;

-- grants of genjobs.opening(timestamp without time zone, text)
REVOKE ALL ON FUNCTION genjobs.opening(timestamp without time zone, text) FROM PUBLIC, anon, authenticated, service_role;
