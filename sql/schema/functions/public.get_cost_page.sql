-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_cost_page(timestamp with time zone, timestamp with time zone, text, text, text, uuid[], text[], text[], uuid[], boolean)
CREATE OR REPLACE FUNCTION public.get_cost_page(p_from timestamp with time zone, p_to timestamp with time zone, p_bucket text DEFAULT 'day'::text, p_time_zone text DEFAULT 'UTC'::text, p_split text DEFAULT 'mode'::text, p_project_ids uuid[] DEFAULT NULL::uuid[], p_modes text[] DEFAULT NULL::text[], p_statuses text[] DEFAULT NULL::text[], p_user_ids uuid[] DEFAULT NULL::uuid[], p_everyone boolean DEFAULT false)
 RETURNS json
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select json_build_object(
        'series', genjobs.read_cost_series(p_from, p_to, p_bucket, p_time_zone, p_split, filters),
        'totals', genjobs.read_cost_totals(p_from, p_to, p_time_zone, filters),
        'top_modes', genjobs.read_top_costs(p_from, p_to, 'mode', 10, filters),
        'percentiles', genjobs.read_cost_percentiles(p_from, p_to, p_bucket, p_time_zone, filters)
    )
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
$function$;

-- grants of public.get_cost_page(timestamp with time zone, timestamp with time zone, text, text, text, uuid[], text[], text[], uuid[], boolean)
REVOKE ALL ON FUNCTION public.get_cost_page(timestamp with time zone, timestamp with time zone, text, text, text, uuid[], text[], text[], uuid[], boolean) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_cost_page(timestamp with time zone, timestamp with time zone, text, text, text, uuid[], text[], text[], uuid[], boolean) TO authenticated, service_role;
