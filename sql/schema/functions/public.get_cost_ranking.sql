-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, uuid[], text[], text[], uuid[], boolean)
CREATE OR REPLACE FUNCTION public.get_cost_ranking(p_from timestamp with time zone, p_to timestamp with time zone, p_before_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_before_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_split text DEFAULT 'project'::text, p_limit integer DEFAULT 1000, p_project_ids uuid[] DEFAULT NULL::uuid[], p_modes text[] DEFAULT NULL::text[], p_statuses text[] DEFAULT NULL::text[], p_user_ids uuid[] DEFAULT NULL::uuid[], p_everyone boolean DEFAULT false)
 RETURNS json
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.read_cost_ranking(p_from, p_to, p_before_from, p_before_to, p_split, p_limit, filters)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
$function$;

-- grants of public.get_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, uuid[], text[], text[], uuid[], boolean)
REVOKE ALL ON FUNCTION public.get_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, uuid[], text[], text[], uuid[], boolean) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, uuid[], text[], text[], uuid[], boolean) TO authenticated, service_role;
