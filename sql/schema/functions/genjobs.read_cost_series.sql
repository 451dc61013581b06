-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_cost_series(timestamp with time zone, timestamp with time zone, text, text, text, genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.read_cost_series(p_from timestamp with time zone, p_to timestamp with time zone, p_bucket text, p_time_zone text, p_split text, p_filters genjobs.cost_filters)
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
    most integer;
    names constant text[] := genjobs.amount_names();
    zeros constant bigint[] := array_fill(0::bigint, array[cardinality(names)]);
    answer json;
begin
    perform genjobs.check_split(p_split);
    select
        array_agg(bucket.lower order by bucket.n), array_agg(bucket.upper order by bucket.n),
        array_agg(bucket.label order by bucket.n)
    into lowers, uppers, labels
    from genjobs.cost_buckets(p_from, p_to, p_bucket, p_time_zone) as bucket;
    most := least(100, 100000 / cardinality(lowers));

    with amount as materialized (
        select *
        from genjobs.cost_amounts(lowers, uppers, p_split, p_filters)
    ),
    key as materialized (
        select
            amount.key,
            row_number() over (order by sum((amount.amounts).cents) desc, amount.key) as place
        from amount
        group by 1
        union all
        select '', 1 where p_split = 'none' and not exists (select from amount)
    ),
    other as (
        select figure.stretch, array_agg(figure.total order by figure.n) as amounts
        from (
            select amount.stretch, one.n, sum(one.value)::bigint as total
            from key
            join amount on amount.key = key.key
            cross join unnest(genjobs.listed(amount.amounts)) with ordinality as one (value, n)
            where key.place > most
            group by 1, 2
        ) as figure
        group by 1
    ),
    told as (
        select amount.stretch, key.place, genjobs.listed(amount.amounts) as amounts
        from key
        join amount on amount.key = key.key
        where key.place <= most
        union all
        select other.stretch, most + 1, other.amounts from other
    ),
    line as (
        select key.key, key.place from key where key.place <= most
        union all
        select null, most + 1 where exists (select from key where key.place > most)
    )
    select json_build_object(
        'from', p_from, 'to', p_to, 'bucket', p_bucket, 'time_zone', p_time_zone, 'split', p_split,
        'as_of', statement_timestamp(), 'complete', (select horizon.complete from genjobs.horizon(false) as horizon),
        'keys', (
            select coalesce(json_agg(json_build_object('key', key.key, 'label', genjobs.key_label(p_split, key.key))
                order by key.place), '[]')
            from key
            where key.place <= most
        ),
        'others', (select count(*) from key where key.place > most),
        'amounts', names,
        'buckets', (
            select json_agg(json_build_object(
                'start', given.lower, 'end', given.upper, 'label', given.label,
                'running', given.lower <= statement_timestamp() and given.upper > statement_timestamp()
            ) order by given.n)
            from unnest(lowers, uppers, labels) with ordinality as given (lower, upper, label, n)
        ),
        'rows', (
            select coalesce(json_agg(
                json_build_array(given.n - 1, line.key, coalesce(told.amounts, zeros)) order by given.n, line.place
            ), '[]')
            from generate_series(1, cardinality(lowers)) as given (n)
            cross join line
            left join told on told.stretch = given.n and told.place = line.place
        )
    ) into answer;
    return answer;
end
$function$;

-- grants of genjobs.read_cost_series(timestamp with time zone, timestamp with time zone, text, text, text, genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.read_cost_series(timestamp with time zone, timestamp with time zone, text, text, text, genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_cost_series(timestamp with time zone, timestamp with time zone, text, text, text, genjobs.cost_filters) TO authenticated, service_role;
