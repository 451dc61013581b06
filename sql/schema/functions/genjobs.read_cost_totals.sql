-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_cost_totals(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.read_cost_totals(p_from timestamp with time zone, p_to timestamp with time zone, p_time_zone text, p_filters genjobs.cost_filters)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    here constant timestamp := p_from at time zone p_time_zone;
    length constant interval := (p_to at time zone p_time_zone) - here;
    begun constant timestamptz := (here - length) at time zone p_time_zone;
    is_running constant boolean := p_from <= statement_timestamp() and statement_timestamp() < p_to;
    reached constant timestamptz := case
        when is_running then
            least((here - length + ((statement_timestamp() at time zone p_time_zone) - here)) at time zone p_time_zone, p_from)
        else p_from
    end;
    names constant text[] := genjobs.amount_names();
    zeros constant bigint[] := array_fill(0::bigint, array[cardinality(names)]);
begin
    perform genjobs.cost_buckets(p_from, p_to, 'month', p_time_zone);
    return (
        with amount as materialized (
            select *
            from genjobs.cost_amounts(
                array[p_from, begun, begun], array[p_to, reached, p_from], 'none', p_filters
            )
        )
        select json_build_object(
            'from', p_from, 'to', p_to, 'time_zone', p_time_zone, 'running', is_running,
            'previous_from', begun, 'previous_to', reached,
            'as_of', statement_timestamp(), 'complete', (select horizon.complete from genjobs.horizon(false) as horizon),
            'amounts', names,
            'current', coalesce((select genjobs.listed(amounts) from amount where stretch = 1), zeros),
            'previous', coalesce((select genjobs.listed(amounts) from amount where stretch = 2), zeros),
            'previous_whole', coalesce((select genjobs.listed(amounts) from amount where stretch = 3), zeros)
        )
    );
end
$function$;

-- grants of genjobs.read_cost_totals(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.read_cost_totals(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_cost_totals(timestamp with time zone, timestamp with time zone, text, genjobs.cost_filters) TO authenticated, service_role;
