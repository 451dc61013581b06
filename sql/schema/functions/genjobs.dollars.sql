-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.dollars(bigint)
CREATE OR REPLACE FUNCTION genjobs.dollars(p_cents bigint)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select '$' || to_char(p_cents / 100, 'FM999,999,999,999,999,990') || '.' || to_char(mod(p_cents, 100), 'FM00')
$function$;

-- grants of genjobs.dollars(bigint)
REVOKE ALL ON FUNCTION genjobs.dollars(bigint) FROM PUBLIC, anon, authenticated, service_role;
