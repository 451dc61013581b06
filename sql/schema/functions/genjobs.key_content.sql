-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.key_content(jsonb)
CREATE OR REPLACE FUNCTION genjobs.key_content(p_job jsonb)
 RETURNS jsonb
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select jsonb_strip_nulls(p_job - 'key' - 'user_id')
$function$;

-- grants of genjobs.key_content(jsonb)
REVOKE ALL ON FUNCTION genjobs.key_content(jsonb) FROM PUBLIC, anon, authenticated, service_role;
