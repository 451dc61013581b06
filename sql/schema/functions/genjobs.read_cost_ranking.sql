-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.read_cost_ranking(p_from timestamp with time zone, p_to timestamp with time zone, p_before_from timestamp with time zone, p_before_to timestamp with time zone, p_split text, p_limit integer, p_filters genjobs.cost_filters)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    compares constant boolean := p_before_from is not null or p_before_to is not null;
    names constant text[] := genjobs.amount_names();
    zeros constant bigint[] := array_fill(0::bigint, array[cardinality(names)]);
begin
    perform genjobs.check_split(p_split);
    perform genjobs.cost_buckets(p_from, p_to, 'month', 'UTC');
    if compares then
        perform genjobs.cost_buckets(p_before_from, p_before_to, 'month', 'UTC');
    end if;
    return (
        with amount as materialized (
            select *
            from genjobs.cost_amounts(
                case when compares then array[p_from, p_before_from] else array[p_from] end,
                case when compares then array[p_to, p_before_to] else array[p_to] end,
                p_split, p_filters
            )
        ),
        ranked as materialized (
            select
                coalesce(now.key, before.key) as key, now.amounts as current, before.amounts as previous,
                coalesce((now.amounts).cents, 0) as cents, coalesce((before.amounts).cents, 0) as cents_before
            from (select * from amount where stretch = 1) as now
            full join (select * from amount where stretch = 2) as before on before.key = now.key
        ),
        largest as (
            select *
            from ranked
            order by greatest(ranked.cents, ranked.cents_before) desc, ranked.cents desc, ranked.key
            limit least(greatest(coalesce(p_limit, 1000), 0), 1000)
        )
        select json_build_object(
            'split', p_split, 'amounts', names, 'as_of', statement_timestamp(),
            'keys', (select count(*) from ranked),
            'current', (
                select json_build_object(
                    'jobs', coalesce(sum((amount.amounts).jobs), 0), 'cents', coalesce(sum((amount.amounts).cents), 0)
                )
                from amount
                where amount.stretch = 1
            ),
            'previous', case when compares then (
                select json_build_object(
                    'jobs', coalesce(sum((amount.amounts).jobs), 0), 'cents', coalesce(sum((amount.amounts).cents), 0)
                )
                from amount
                where amount.stretch = 2
            ) end,
            'rows', (
                select coalesce(json_agg(
                    json_build_array(
                        largest.key, genjobs.key_label(p_split, largest.key),
                        coalesce(genjobs.listed(largest.current), zeros),
                        case when compares then coalesce(genjobs.listed(largest.previous), zeros) end
                    )
                    order by largest.cents desc, largest.cents_before desc, largest.key
                ), '[]')
                from largest
            )
        )
    );
end
$function$;

-- grants of genjobs.read_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.read_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_cost_ranking(timestamp with time zone, timestamp with time zone, timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters) TO authenticated, service_role;
