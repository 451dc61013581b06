-- The project and input asset of a job, and the project and source asset of an asset, must belong to the user of that job
-- or asset. A missing row and someone else's row give the same error, so that nobody learns which ids exist: for that,
-- the names of the triggers sort before those of the foreign keys. Assets that are older than this rule stay as they are.

create or replace function genjobs.refuse_foreign_project(p_job public.generation_jobs) returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from public.projects as project
        where project.id = p_job.project_id and project.user_id = p_job.user_id
    ) then
        return;
    end if;
    raise exception 'The job names a project that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'generation_jobs_project_id_fkey',
            column = 'project_id',
            table = 'generation_jobs',
            schema = 'public',
            hint = 'Choose one of the user''s own projects.';
end
$$;

create or replace function genjobs.refuse_foreign_asset(p_job public.generation_jobs) returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (
        select from public.assets as asset
        where asset.id = p_job.input_asset_id and asset.user_id = p_job.user_id
    ) then
        return;
    end if;
    raise exception 'The job names an input asset that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'generation_jobs_input_asset_id_fkey',
            column = 'input_asset_id',
            table = 'generation_jobs',
            schema = 'public',
            hint = 'Choose one of the user''s own assets, or none.';
end
$$;

create or replace function genjobs.refuse_foreign_parent() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;

revoke all on function
    genjobs.refuse_foreign_project(public.generation_jobs),
    genjobs.refuse_foreign_asset(public.generation_jobs),
    genjobs.refuse_foreign_parent()
    from public, anon, authenticated, service_role;

create or replace trigger "0_refuse_foreign_parent_of_new"
    after insert on public.assets
    for each row
    execute function genjobs.refuse_foreign_parent();

create or replace trigger "0_refuse_foreign_parent"
    after update of project_id, source_asset_id, user_id on public.assets
    for each row
    when (
        new.user_id is distinct from old.user_id
        or new.project_id is distinct from old.project_id
        or (new.source_asset_id is not null and new.source_asset_id is distinct from old.source_asset_id)
    )
    execute function genjobs.refuse_foreign_parent();

insert into genjobs.schema_versions (version) values ('20261127130800') on conflict do nothing;
