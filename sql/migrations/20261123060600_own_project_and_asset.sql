-- A job's project and input asset belong to the job's user. What is missing and what is someone else's answer alike,
-- so that nobody learns which ids exist: the names of the insert and update triggers sort before the foreign keys' own.

-- A later file puts another in its place, and another trigger for inserts: where they are there, they stay.
do $$
begin
    create function genjobs.refuse_foreign_project() returns trigger
        language plpgsql
        security definer
        set search_path = ''
        as $body$
        begin
            if exists (
                select from public.projects as project
                where project.id = new.project_id and project.user_id = new.user_id
            ) then
                return null;
            end if;
            raise exception 'The job names a project that its user does not have.'
                using errcode = 'foreign_key_violation',
                    constraint = 'generation_jobs_project_id_fkey',
                    column = 'project_id',
                    table = tg_table_name,
                    schema = tg_table_schema,
                    hint = 'Choose one of the user''s own projects.';
        end
        $body$;
    revoke all on function genjobs.refuse_foreign_project() from public, anon, authenticated, service_role;
exception when duplicate_function then
    null;
end
$$;

create or replace function genjobs.refuse_foreign_asset() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if exists (
        select from public.assets as asset
        where asset.id = new.input_asset_id and asset.user_id = new.user_id
    ) then
        return null;
    end if;
    raise exception 'The job names an input asset that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'generation_jobs_input_asset_id_fkey',
            column = 'input_asset_id',
            table = tg_table_name,
            schema = tg_table_schema,
            hint = 'Choose one of the user''s own assets, or none.';
end
$$;

revoke all on function genjobs.refuse_foreign_asset() from public, anon, authenticated, service_role;

do $$
begin
    create trigger "0_refuse_foreign_project_of_new"
        after insert on public.generation_jobs
        for each row
        execute function genjobs.refuse_foreign_project();
exception when duplicate_object then
    null;
end
$$;

create or replace trigger "0_refuse_foreign_project"
    after update of project_id, user_id on public.generation_jobs
    for each row
    when (new.project_id is distinct from old.project_id or new.user_id is distinct from old.user_id)
    execute function genjobs.refuse_foreign_project();

create or replace trigger "0_refuse_foreign_asset_of_new"
    after insert on public.generation_jobs
    for each row
    when (new.input_asset_id is not null)
    execute function genjobs.refuse_foreign_asset();

create or replace trigger "0_refuse_foreign_asset"
    after update of input_asset_id, user_id on public.generation_jobs
    for each row
    when (
        new.input_asset_id is not null
        and (new.input_asset_id is distinct from old.input_asset_id or new.user_id is distinct from old.user_id)
    )
    execute function genjobs.refuse_foreign_asset();

insert into genjobs.schema_versions (version) values ('20261123060600') on conflict do nothing;
