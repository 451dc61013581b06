-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_top_costs(timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.read_top_costs(p_from timestamp with time zone, p_to timestamp with time zone, p_split text, p_limit integer, p_filters genjobs.cost_filters)
 RETURNS json
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
begin
    perform genjobs.check_split(p_split);
    return json_build_object(
        'split', p_split, 'amounts', genjobs.amount_names(),
        'rows', (
            select coalesce(json_agg(
                json_build_array(top.key, genjobs.key_label(p_split, top.key), genjobs.listed(top.amounts))
                order by (top.amounts).cents desc, top.key
            ), '[]')
            from (
                select amount.key, amount.amounts
                from genjobs.cost_amounts(array[p_from], array[p_to], p_split, p_filters) as amount
                order by (amount.amounts).cents desc, amount.key
                limit least(greatest(coalesce(p_limit, 10), 0), 1000)
            ) as top
        )
    );
end
$function$;

-- grants of genjobs.read_top_costs(timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.read_top_costs(timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_top_costs(timestamp with time zone, timestamp with time zone, text, integer, genjobs.cost_filters) TO authenticated, service_role;
