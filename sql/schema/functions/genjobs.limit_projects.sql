-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.limit_projects()
CREATE OR REPLACE FUNCTION genjobs.limit_projects()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if not new.is_hard then
        return null;
    end if;
    if tg_op = 'UPDATE' then
        if old.is_hard and (old.user_id, old.project_id) is not distinct from (new.user_id, new.project_id) then
            return null;
        end if;
    end if;
    perform genjobs.lock_limits(new.user_id);
    delete from genjobs.unlimited_projects as project
    where project.user_id = new.user_id and project.project_id = coalesce(new.project_id, project.project_id);
    return null;
end
$function$;

-- grants of genjobs.limit_projects()
REVOKE ALL ON FUNCTION genjobs.limit_projects() FROM PUBLIC, anon, authenticated, service_role;
