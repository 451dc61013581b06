-- Everybody can reach only their own rows. Rights are granted explicitly, whatever the project grants by default.
-- A policy that does the same under another name, or for more roles, or is evaluated for every row, is replaced by ours.

alter table public.projects enable row level security;
alter table public.assets enable row level security;
alter table public.generation_jobs enable row level security;

do $$
declare
    subject record;
    old_policy name;
begin
    for subject in
        select *
        from (values ('projects', 'projects'), ('assets', 'assets'), ('generation_jobs', 'generation jobs'))
            as given (table_name, noun)
    loop
        for old_policy in
            select policy.policyname
            from pg_catalog.pg_policies as policy
            cross join lateral (
                select
                    regexp_replace(lower(policy.qual), '\s|[()]|select|asuid', '', 'g') as reads,
                    regexp_replace(lower(policy.with_check), '\s|[()]|select|asuid', '', 'g') as writes
            ) as said
            where policy.schemaname = 'public'
                and policy.tablename = subject.table_name
                and (
                    policy.policyname in (
                        'Users can view own ' || subject.noun,
                        'Users can insert own ' || subject.noun,
                        'Users can update own ' || subject.noun,
                        'Users can delete own ' || subject.noun
                    )
                    or policy.permissive = 'PERMISSIVE'
                    and coalesce(said.reads, said.writes) in ('auth.uid=user_id', 'user_id=auth.uid')
                    and coalesce(said.writes, said.reads) in ('auth.uid=user_id', 'user_id=auth.uid')
                )
        loop
            execute format('drop policy %I on public.%I', old_policy, subject.table_name);
        end loop;

        execute format(
            'create policy %I on public.%I for select to authenticated using ((select auth.uid()) = user_id)',
            'Users can view own ' || subject.noun, subject.table_name
        );
        execute format(
            'create policy %I on public.%I for insert to authenticated with check ((select auth.uid()) = user_id)',
            'Users can insert own ' || subject.noun, subject.table_name
        );
        execute format(
            'create policy %I on public.%I for update to authenticated'
            ' using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id)',
            'Users can update own ' || subject.noun, subject.table_name
        );
        execute format(
            'create policy %I on public.%I for delete to authenticated using ((select auth.uid()) = user_id)',
            'Users can delete own ' || subject.noun, subject.table_name
        );
    end loop;
end
$$;

revoke all on table public.projects, public.assets, public.generation_jobs
    from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.projects, public.assets, public.generation_jobs
    to authenticated, service_role;

-- The planner's statistics know all rows, and what it estimates from them can be asked for (`Prefer: count=planned`). Without
-- statistics of a text nobody can find out by its estimates what others have written. Those that were gathered before are
-- cleared: before PostgreSQL 18 only a change of type does that, and it is refused once triggers use the column.
do $$
declare
    subject record;
begin
    for subject in
        select *
        from (values
            ('projects', 'name'), ('assets', 'storage_path'), ('assets', 'prompt_version'), ('assets', 'mime_type'),
            ('generation_jobs', 'mode'), ('generation_jobs', 'error')
        ) as given (table_name, column_name)
    loop
        execute format(
            'alter table public.%I alter column %I set statistics 0', subject.table_name, subject.column_name
        );
        if not exists (
            select from pg_catalog.pg_stats as gathered
            where gathered.schemaname = 'public'
                and gathered.tablename = subject.table_name
                and gathered.attname = subject.column_name
        ) then
            continue;
        end if;
        if current_setting('server_version_num')::integer >= 180000 then
            execute format(
                'select pg_catalog.pg_clear_attribute_stats(''public'', %L, %L, false)',
                subject.table_name, subject.column_name
            );
            continue;
        end if;
        begin
            execute format(
                'alter table public.%I alter column %I type text', subject.table_name, subject.column_name
            );
        exception when feature_not_supported then
            raise notice 'Old statistics of %.% stay: a trigger uses the column.',
                subject.table_name, subject.column_name;
        end;
    end loop;
end
$$;

insert into genjobs.schema_versions (version) values ('20261127130100') on conflict do nothing;
