-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.own_functions()
CREATE OR REPLACE FUNCTION genjobs.own_functions()
 RETURNS SETOF oid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.own_functions()
REVOKE ALL ON FUNCTION genjobs.own_functions() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.own_functions() TO authenticated, service_role;
