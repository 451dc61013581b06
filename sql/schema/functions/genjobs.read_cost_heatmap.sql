-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.read_cost_heatmap(p_from timestamp with time zone, p_to timestamp with time zone, p_time_zone text, p_filters genjobs.cost_filters)
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
                sum((amount.amounts).jobs) as jobs, sum((amount.amounts).cents) as cents
            from genjobs.cost_amounts(lowers, uppers, 'none', p_filters) as amount
            group by 1, 2
        ) as cell
    );
end
$function$;

-- grants of genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_cost_heatmap(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters) TO authenticated, service_role;
