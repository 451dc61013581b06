-- How the console reads the totals. The functions of public call these, which decide whose totals the caller sees. Each
-- answer is one JSON value, so a limit on rows cannot cut it off.

-- A row for every bucket and key. Anyone can make thousands of keys, so at most 100 are listed, those with the highest
-- cost; with more than 1,000 buckets fewer: ten with 10,000. `others` counts the rest, whose sums have the key null.
create or replace function genjobs.read_cost_series(
    p_from timestamptz, p_to timestamptz, p_bucket text, p_time_zone text, p_split text,
    p_filters genjobs.cost_filters
)
returns json
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

-- A period compared with the one before it, which has the same length by the zone's clocks. While the period is running,
-- `previous` ends after the same time as has passed in it; `previous_whole` is the whole previous period.
create or replace function genjobs.read_cost_totals(
    p_from timestamptz, p_to timestamptz, p_time_zone text, p_filters genjobs.cost_filters
)
returns json
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

create or replace function genjobs.read_top_costs(
    p_from timestamptz, p_to timestamptz, p_split text, p_limit integer, p_filters genjobs.cost_filters
)
returns json
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

-- By hour of the day and day of the week, from Monday, 1, to Sunday, 7: rows of weekday, hour, jobs, cents, without those
-- that are zero.
create or replace function genjobs.read_cost_heatmap(
    p_from timestamptz, p_to timestamptz, p_time_zone text, p_filters genjobs.cost_filters
)
returns json
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

-- Cost per job of each bucket that has jobs: rows of bucket, jobs, cents, p50, p95. A percentile is the middle of its
-- bucket in the histogram: exact below 32 cents, within 1/32 of the true value above.
create or replace function genjobs.read_cost_percentiles(
    p_from timestamptz, p_to timestamptz, p_bucket text, p_time_zone text, p_filters genjobs.cost_filters
)
returns json
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

revoke all on function
    genjobs.read_cost_series(timestamptz, timestamptz, text, text, text, genjobs.cost_filters),
    genjobs.read_cost_totals(timestamptz, timestamptz, text, genjobs.cost_filters),
    genjobs.read_top_costs(timestamptz, timestamptz, text, integer, genjobs.cost_filters),
    genjobs.read_cost_heatmap(timestamptz, timestamptz, text, genjobs.cost_filters),
    genjobs.read_cost_percentiles(timestamptz, timestamptz, text, text, genjobs.cost_filters)
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.read_cost_series(timestamptz, timestamptz, text, text, text, genjobs.cost_filters),
    genjobs.read_cost_totals(timestamptz, timestamptz, text, genjobs.cost_filters),
    genjobs.read_top_costs(timestamptz, timestamptz, text, integer, genjobs.cost_filters),
    genjobs.read_cost_heatmap(timestamptz, timestamptz, text, genjobs.cost_filters),
    genjobs.read_cost_percentiles(timestamptz, timestamptz, text, text, genjobs.cost_filters)
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131900') on conflict do nothing;
