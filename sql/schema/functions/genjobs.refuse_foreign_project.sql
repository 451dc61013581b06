-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_foreign_project()
CREATE OR REPLACE FUNCTION genjobs.refuse_foreign_project()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if tg_op = 'INSERT' and (length(new.mode) > 100 or length(new.error) > 100000) then
        perform genjobs.refuse_long_texts(new);
    end if;
    if exists (
        select from genjobs.unlimited_projects as project
        where project.project_id = new.project_id and project.user_id = new.user_id
    ) then
        return null;
    end if;
    if not exists (
        select from public.projects as project
        where project.id = new.project_id and project.user_id = new.user_id
    ) then
        raise exception 'The job names a project that its user does not have.'
            using errcode = 'foreign_key_violation',
                constraint = 'generation_jobs_project_id_fkey',
                column = 'project_id',
                table = tg_table_name,
                schema = tg_table_schema,
                hint = 'Choose one of the user''s own projects.';
    end if;
    if tg_op <> 'INSERT' then
        return null;
    end if;
    if not genjobs.is_limited(new.project_id, new.user_id) then
        perform genjobs.note_unlimited(new.project_id, new.user_id);
    elsif not genjobs.is_loading() then
        perform genjobs.refuse_beyond_budget(new);
    end if;
    return null;
end
$function$;

-- grants of genjobs.refuse_foreign_project()
REVOKE ALL ON FUNCTION genjobs.refuse_foreign_project() FROM PUBLIC, anon, authenticated, service_role;
