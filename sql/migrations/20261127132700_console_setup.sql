-- The parts of the contract that this database has: the console compares them with what it expects.

-- The functions of this project: all of genjobs, and named ones of public, where people also have functions of their own.
create or replace function genjobs.own_functions() returns setof oid
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select fn.oid
    from pg_catalog.pg_proc as fn
    where fn.pronamespace = 'genjobs'::regnamespace
        or fn.pronamespace = 'public'::regnamespace and fn.proname in (
            'cancel_generation_job', 'claim_generation_jobs', 'create_generation_jobs', 'finish_generation_jobs',
            'get_budgets', 'get_checked_cost_page', 'get_console_setup', 'get_cost_heatmap', 'get_cost_page',
            'get_cost_percentiles', 'get_cost_ranking', 'get_cost_recount', 'get_cost_series', 'get_cost_totals',
            'get_generation_job_details', 'get_generation_limits', 'get_generation_queue_health',
            'get_job_statistics', 'get_recent_jobs', 'get_schema_digests', 'get_top_costs', 'get_totals_health',
            'heartbeat_generation_workers', 'limit_generation_mode', 'limit_generation_person', 'prove_isolation',
            'retry_generation_job', 'transition_job_status', 'update_updated_at_column'
        )
$$;

-- Of the functions of genjobs, it lists only those that do not look up names as ours do: in pg_catalog first and in the
-- caller's temporary schema last. With an empty search path, PostgreSQL looks for types and tables in the temporary
-- schema first: a caller could create a domain named uuid, with a check that calls the caller's function, and that
-- function would run with the rights of ours.
create or replace function public.get_console_setup() returns jsonb
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_build_object(
        'server_version', current_setting('server_version'),
        'schema_version', (select max(version) from genjobs.schema_versions),
        'migrations', (select coalesce(jsonb_agg(version order by version), '[]') from genjobs.schema_versions),
        'table_exists', jobs.id is not null,
        'rls_enabled', coalesce((select relrowsecurity from pg_catalog.pg_class where oid = jobs.id), false),
        'columns', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'name', col.attname,
                'type', pg_catalog.format_type(col.atttypid, col.atttypmod),
                'nullable', not col.attnotnull,
                'default', pg_catalog.pg_get_expr(def.adbin, def.adrelid)
            ) order by col.attnum), '[]')
            from pg_catalog.pg_attribute as col
            left join pg_catalog.pg_attrdef as def on def.adrelid = col.attrelid and def.adnum = col.attnum
            where col.attrelid = jobs.id and col.attnum > 0 and not col.attisdropped
        ),
        'indexes', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'name', idx.indexname, 'definition', idx.indexdef
            ) order by idx.indexname), '[]')
            from pg_catalog.pg_indexes as idx
            where idx.schemaname = 'public' and idx.tablename = 'generation_jobs'
        ),
        'policies', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'name', policy.policyname,
                'command', policy.cmd,
                'roles', policy.roles,
                'using', policy.qual,
                'check', policy.with_check
            ) order by policy.policyname), '[]')
            from pg_catalog.pg_policies as policy
            where policy.schemaname = 'public' and policy.tablename = 'generation_jobs'
        ),
        'functions', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'name', fn.proname,
                'arguments', pg_catalog.pg_get_function_arguments(fn.oid),
                'security_definer', fn.prosecdef,
                'search_path', (
                    select substr(setting, length('search_path=') + 1)
                    from unnest(fn.proconfig) as setting
                    where setting like 'search_path=%'
                ),
                'anon_may_execute', pg_catalog.has_function_privilege('anon', fn.oid, 'execute')
            ) order by fn.proname, fn.oid), '[]')
            from pg_catalog.pg_proc as fn
            where fn.pronamespace = 'public'::regnamespace and fn.oid in (select genjobs.own_functions())
        ),
        'open_functions', (
            select coalesce(jsonb_agg('genjobs.' || fn.proname order by fn.proname, fn.oid), '[]')
            from pg_catalog.pg_proc as fn
            where fn.pronamespace = 'genjobs'::regnamespace
                and 'search_path=pg_catalog, pg_temp' <> all (coalesce(fn.proconfig, '{}'))
        ),
        'view', (
            select jsonb_build_object(
                'exists', count(*) > 0,
                'security_invoker', coalesce(bool_or((
                    select option_value::boolean
                    from pg_catalog.pg_options_to_table(rel.reloptions)
                    where option_name = 'security_invoker'
                )), false)
            )
            from pg_catalog.pg_class as rel
            where rel.oid = to_regclass('public.generation_job_summary') and rel.relkind = 'v'
        ),
        'triggers', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'name', trg.tgname, 'definition', pg_catalog.pg_get_triggerdef(trg.oid)
            ) order by trg.tgname), '[]')
            from pg_catalog.pg_trigger as trg
            where trg.tgrelid = jobs.id and not trg.tgisinternal and trg.tgenabled <> 'D'
        )
    )
    from (select to_regclass('public.generation_jobs')::oid as id) as jobs
$$;

revoke all on function genjobs.own_functions(), public.get_console_setup()
    from public, anon, authenticated, service_role;
grant execute on function genjobs.own_functions(), public.get_console_setup() to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132700') on conflict do nothing;
