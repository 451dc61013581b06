-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, uuid[], text[], text[], uuid[], boolean)
CREATE OR REPLACE FUNCTION genjobs.read_cost_heatmap(p_from timestamp with time zone, p_to timestamp with time zone, p_time_zone text, p_project_ids uuid[], p_modes text[], p_statuses text[], p_user_ids uuid[], p_everyone boolean)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    lowers timestamptz[];
    uppers timestamptz[];
    labels timestamp[];
begin
    select
        array_agg(bucket.lower order by bucket.n), array_agg(bucket.upper order by bucket.n),
        array_agg(bucket.label order by bucket.n)
    into lowers, uppers, labels
    from genjobs.cost_buckets(p_from, p_to, 'hour', p_time_zone) as bucket;
    return (
        select coalesce(json_agg(json_build_array(cell.weekday, cell.hour, cell.jobs, cell.cents)
            order by cell.weekday, cell.hour), '[]')
        from (
            select
                extract(isodow from labels[amount.stretch])::integer as weekday,
                extract(hour from labels[amount.stretch])::integer as hour,
                sum(amount.amounts[1]) as jobs, sum(amount.amounts[2]) as cents
            from genjobs.cost_amounts(
                lowers, uppers, genjobs.visible_people(p_everyone, p_user_ids), 'none', p_project_ids, p_modes, p_statuses
            ) as amount
            group by 1, 2
        ) as cell
    );
end
$function$;

-- grants of genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, uuid[], text[], text[], uuid[], boolean)
REVOKE ALL ON FUNCTION genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, uuid[], text[], text[], uuid[], boolean) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, uuid[], text[], text[], uuid[], boolean) TO authenticated, service_role;
