-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.limits_key(uuid)
CREATE OR REPLACE FUNCTION genjobs.limits_key(p_user_id uuid)
 RETURNS integer
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select mod(hashtext(p_user_id::text), 256)
$function$;

-- grants of genjobs.limits_key(uuid)
REVOKE ALL ON FUNCTION genjobs.limits_key(uuid) FROM PUBLIC, anon, authenticated, service_role;
