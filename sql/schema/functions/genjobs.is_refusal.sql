-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_refusal(text)
CREATE OR REPLACE FUNCTION genjobs.is_refusal(p_code text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select p_code ~ '^(22|23|P0|PT4)'
$function$;

-- grants of genjobs.is_refusal(text)
REVOKE ALL ON FUNCTION genjobs.is_refusal(text) FROM PUBLIC, anon, authenticated, service_role;
