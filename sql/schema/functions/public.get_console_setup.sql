-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_console_setup()
CREATE OR REPLACE FUNCTION public.get_console_setup()
 RETURNS jsonb
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of public.get_console_setup()
REVOKE ALL ON FUNCTION public.get_console_setup() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_console_setup() TO authenticated, service_role;
