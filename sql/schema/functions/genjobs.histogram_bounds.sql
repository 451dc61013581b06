-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.histogram_bounds()
CREATE OR REPLACE FUNCTION genjobs.histogram_bounds()
 RETURNS bigint[]
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select array_agg(case when n < 16 then n else (16 + n % 16)::bigint << (n / 16 - 1) end order by n)
    from generate_series(0, 448) as n
$function$;

-- grants of genjobs.histogram_bounds()
REVOKE ALL ON FUNCTION genjobs.histogram_bounds() FROM PUBLIC, anon, authenticated, service_role;
