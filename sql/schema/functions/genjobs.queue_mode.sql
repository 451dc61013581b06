-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.queue_mode(text)
CREATE OR REPLACE FUNCTION genjobs.queue_mode(p_mode text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select left(p_mode, 100)
$function$;

-- grants of genjobs.queue_mode(text)
REVOKE ALL ON FUNCTION genjobs.queue_mode(text) FROM PUBLIC, anon, authenticated, service_role;
