-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_foreign_parent()
CREATE OR REPLACE FUNCTION genjobs.refuse_foreign_parent()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if not exists (
        select from public.projects as project
        where project.id = new.project_id and project.user_id = new.user_id
    ) then
        raise exception 'The asset names a project that its user does not have.'
            using errcode = 'foreign_key_violation',
                constraint = 'assets_project_id_fkey',
                column = 'project_id',
                table = tg_table_name,
                schema = tg_table_schema,
                hint = 'Choose one of the user''s own projects.';
    end if;
    if new.source_asset_id is null or exists (
        select from public.assets as asset
        where asset.id = new.source_asset_id and asset.user_id = new.user_id
    ) then
        return null;
    end if;
    raise exception 'The asset names a source asset that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'assets_source_asset_id_fkey',
            column = 'source_asset_id',
            table = tg_table_name,
            schema = tg_table_schema,
            hint = 'Choose one of the user''s own assets, or none.';
end
$function$;

-- grants of genjobs.refuse_foreign_parent()
REVOKE ALL ON FUNCTION genjobs.refuse_foreign_parent() FROM PUBLIC, anon, authenticated, service_role;
