-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.amount_names()
CREATE OR REPLACE FUNCTION genjobs.amount_names()
 RETURNS text[]
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select array_agg(attribute.attname::text order by attribute.attnum)
    from pg_attribute as attribute
    where attribute.attrelid = 'genjobs.amounts'::regclass
$function$;

-- grants of genjobs.amount_names()
REVOKE ALL ON FUNCTION genjobs.amount_names() FROM PUBLIC, anon, authenticated, service_role;
