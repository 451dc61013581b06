-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.listed(genjobs.amounts)
CREATE OR REPLACE FUNCTION genjobs.listed(p_amounts genjobs.amounts)
 RETURNS bigint[]
 LANGUAGE plpgsql
 IMMUTABLE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return translate(p_amounts::text, '()', '{}')::bigint[];
end
$function$;

-- grants of genjobs.listed(genjobs.amounts)
REVOKE ALL ON FUNCTION genjobs.listed(genjobs.amounts) FROM PUBLIC, anon, authenticated, service_role;
