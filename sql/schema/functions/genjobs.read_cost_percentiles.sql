-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_cost_percentiles(timestamp with time zone, timestamp with time zone, text, text, genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.read_cost_percentiles(p_from timestamp with time zone, p_to timestamp with time zone, p_bucket text, p_time_zone text, p_filters genjobs.cost_filters)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    lowers timestamptz[];
    uppers timestamptz[];
    bounds constant bigint[] := genjobs.histogram_bounds();
begin
    select array_agg(bucket.lower order by bucket.n), array_agg(bucket.upper order by bucket.n)
    into lowers, uppers
    from genjobs.cost_buckets(p_from, p_to, p_bucket, p_time_zone) as bucket;
    return (
        with counted as (
            select cell.stretch, cell.cost_bucket, sum(cell.jobs) as jobs, sum(cell.cents) as cents
            from genjobs.cost_cells(
                lowers, uppers, genjobs.visible_people(p_filters), false, p_filters, p_histogram => true
            ) as cell
            group by 1, 2
        ),
        ranked as (
            select
                counted.stretch, counted.jobs, counted.cents,
                sum(counted.jobs) over (partition by counted.stretch order by counted.cost_bucket) as reached,
                sum(counted.jobs) over (partition by counted.stretch) as of_all,
                ((bounds[counted.cost_bucket + 1] + bounds[counted.cost_bucket + 2] - 1) / 2.0::float8)::bigint as middle
            from counted
        ),
        percentile as (
            select
                ranked.stretch, sum(ranked.jobs) as jobs, sum(ranked.cents) as cents,
                min(ranked.middle) filter (where ranked.reached >= ceil(0.50 * ranked.of_all)) as p50,
                min(ranked.middle) filter (where ranked.reached >= ceil(0.95 * ranked.of_all)) as p95
            from ranked
            group by 1
        )
        select json_build_object(
            'relative_error', 0.03125,
            'rows', coalesce(json_agg(
                json_build_array(
                    percentile.stretch - 1, percentile.jobs, percentile.cents, percentile.p50, percentile.p95
                )
                order by percentile.stretch
            ), '[]')
        )
        from percentile
    );
end
$function$;

-- grants of genjobs.read_cost_percentiles(timestamp with time zone, timestamp with time zone, text, text, genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.read_cost_percentiles(timestamp with time zone, timestamp with time zone, text, text, genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_cost_percentiles(timestamp with time zone, timestamp with time zone, text, text, genjobs.cost_filters) TO authenticated, service_role;
