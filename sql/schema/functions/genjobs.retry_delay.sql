-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.retry_delay(integer)
CREATE OR REPLACE FUNCTION genjobs.retry_delay(p_attempt integer)
 RETURNS interval
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select random() * least(600, 5 * 2 ^ least(p_attempt - 1, 20)) * interval '1 second'
$function$;

-- grants of genjobs.retry_delay(integer)
REVOKE ALL ON FUNCTION genjobs.retry_delay(integer) FROM PUBLIC, anon, authenticated, service_role;
