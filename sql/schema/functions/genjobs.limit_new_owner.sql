-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.limit_new_owner()
CREATE OR REPLACE FUNCTION genjobs.limit_new_owner()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform genjobs.lock_limits(old.user_id);
    delete from genjobs.unlimited_projects as project where project.project_id = old.id;
    return null;
end
$function$;

-- grants of genjobs.limit_new_owner()
REVOKE ALL ON FUNCTION genjobs.limit_new_owner() FROM PUBLIC, anon, authenticated, service_role;
