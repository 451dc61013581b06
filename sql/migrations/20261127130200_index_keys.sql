-- The six indexes of the contract, one for every foreign key, and one for paging through a user's jobs by key.

create index if not exists idx_generation_jobs_user_id on public.generation_jobs (user_id);
create index if not exists idx_generation_jobs_project_id on public.generation_jobs (project_id);
create index if not exists idx_generation_jobs_status on public.generation_jobs (status);
create index if not exists idx_generation_jobs_input_asset_id on public.generation_jobs (input_asset_id);
create index if not exists idx_generation_jobs_created_at on public.generation_jobs (created_at desc);
create index if not exists idx_generation_jobs_user_status on public.generation_jobs (user_id, status);
create index if not exists idx_generation_jobs_user_created_at
    on public.generation_jobs (user_id, created_at desc, id desc);

do $$
declare
    missing record;
begin
    for missing in
        select given.table_name, given.column_name
        from (
            values ('projects', 'user_id'), ('assets', 'user_id'), ('assets', 'project_id'),
                ('assets', 'source_asset_id')
        ) as given (table_name, column_name)
        where not exists (
            select
            from pg_catalog.pg_index as present
            join pg_catalog.pg_attribute as first_key
                on first_key.attrelid = present.indrelid and first_key.attnum = present.indkey[0]
            where present.indrelid = to_regclass('public.' || given.table_name)
                and first_key.attname = given.column_name
                and present.indpred is null
                and present.indisvalid
        )
    loop
        execute format(
            'create index %I on public.%I (%I)',
            'idx_' || missing.table_name || '_' || missing.column_name, missing.table_name, missing.column_name
        );
    end loop;
end
$$;

insert into genjobs.schema_versions (version) values ('20261127130200') on conflict do nothing;
