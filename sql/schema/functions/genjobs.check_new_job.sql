-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.check_new_job()
CREATE OR REPLACE FUNCTION genjobs.check_new_job()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if new.input_asset_id is not null then
        perform genjobs.refuse_foreign_asset(new);
    end if;
    if length(new.mode) > 100 or length(new.error) > 100000 then
        perform genjobs.refuse_long_texts(new);
    end if;
    if not exists (
        select from genjobs.unlimited_projects as project
        where project.project_id = new.project_id and project.user_id = new.user_id
    ) then
        perform genjobs.refuse_foreign_project(new);
        perform genjobs.judge_spending(new);
    end if;
    if new.cost_cents < 0 then
        perform genjobs.refuse_negative_cost(new);
    end if;
    if new.status <> 'queued' then
        perform genjobs.refuse_start(new);
    end if;
    return null;
end
$function$;

-- grants of genjobs.check_new_job()
REVOKE ALL ON FUNCTION genjobs.check_new_job() FROM PUBLIC, anon, authenticated, service_role;
