-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.pool(text, uuid)
CREATE OR REPLACE FUNCTION genjobs.pool(p_mode text, p_project_id uuid)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(p_project_id::text, '*') || ' ' || coalesce('=' || left(p_mode, 100), '*')
$function$;

-- grants of genjobs.pool(text, uuid)
REVOKE ALL ON FUNCTION genjobs.pool(text, uuid) FROM PUBLIC, anon, authenticated, service_role;
