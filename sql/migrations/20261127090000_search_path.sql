-- Functions look names up in pg_catalog first and in the caller's temporary schema last. With an empty search path,
-- PostgreSQL looks for types and tables in the temporary schema first: a caller's domain named uuid, with a check that
-- calls the caller's function, ran that function with the rights of a function of ours.
-- An earlier file that is pasted again brings its functions' older search path back: paste this file after it. Until
-- then the Setup page and `genjobs verify` name these functions.

-- The functions of this project: all of genjobs, and those of public by name, where people keep functions of their own.
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
            'get_budgets', 'get_checked_cost_page', 'get_console_setup', 'get_cost_heatmap', 'get_cost_page',
            'get_cost_percentiles', 'get_cost_recount', 'get_cost_series', 'get_cost_totals', 'get_job_statistics',
            'get_recent_jobs', 'get_schema_digests', 'get_top_costs', 'get_totals_health', 'prove_isolation',
            'transition_job_status', 'update_updated_at_column'
        )
$$;
revoke all on function genjobs.own_functions() from public, anon, authenticated, service_role;
grant execute on function genjobs.own_functions() to authenticated, service_role;

do $$
declare
    changed regprocedure;
begin
    for changed in
        select fn.oid
        from pg_catalog.pg_proc as fn
        where fn.oid in (select genjobs.own_functions())
            and 'search_path=pg_catalog, pg_temp' <> all (coalesce(fn.proconfig, '{}'))
    loop
        execute format('alter function %s set search_path = pg_catalog, pg_temp', changed);
    end loop;
end
$$;

insert into genjobs.schema_versions (version) values ('20261127090000') on conflict do nothing;
