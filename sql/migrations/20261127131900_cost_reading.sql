-- What the console asks of the totals, behind the functions of public: these decide whose totals the caller sees. Each
-- answer is one JSON value, which no cap on rows can cut.
--
-- An amount is: jobs, cents (all of them, deleted jobs too), then jobs and cents of queued, running, succeeded and failed
-- jobs that are still there, of deleted ones, and of those that failed, or succeeded, deleted or not.

-- The names of what a row of amounts holds, in order.
create or replace function genjobs.amount_names() returns text[]
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select array[
        'jobs', 'cents', 'queued_jobs', 'queued_cents', 'running_jobs', 'running_cents', 'succeeded_jobs',
        'succeeded_cents', 'failed_jobs', 'failed_cents', 'deleted_jobs', 'deleted_cents', 'ever_failed_jobs',
        'ever_failed_cents', 'ever_succeeded_jobs', 'ever_succeeded_cents'
    ]
$$;

create or replace function genjobs.cost_amounts(
    p_from timestamptz[], p_to timestamptz[], p_people uuid[], p_split text, p_project_ids uuid[], p_modes text[],
    p_statuses text[]
)
returns table (stretch integer, key text, amounts bigint[])
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        cell.stretch,
        case p_split
            when 'mode' then cell.mode
            when 'status' then cell.status
            when 'project' then cell.project_id::text
            when 'person' then cell.user_id::text
            else ''
        end,
        array[
            sum(cell.jobs), sum(cell.cents),
            coalesce(sum(cell.jobs) filter (where cell.status = 'queued' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'queued' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'running' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'running' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'failed' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed'), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'failed'), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded'), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded'), 0)
        ]::bigint[]
    from genjobs.cost_cells(p_from, p_to, p_people, p_split = 'project', p_project_ids, p_modes, p_statuses) as cell
    group by 1, 2
$$;

create or replace function genjobs.read_cost_series(
    p_from timestamptz, p_to timestamptz, p_bucket text, p_time_zone text, p_split text, p_project_ids uuid[],
    p_modes text[], p_statuses text[], p_user_ids uuid[], p_everyone boolean
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
    answer json;
begin
    perform genjobs.check_split(p_split);
    select
        array_agg(bucket.lower order by bucket.n), array_agg(bucket.upper order by bucket.n),
        array_agg(bucket.label order by bucket.n)
    into lowers, uppers, labels
    from genjobs.cost_buckets(p_from, p_to, p_bucket, p_time_zone) as bucket;

    with amount as materialized (
        select *
        from genjobs.cost_amounts(
            lowers, uppers, genjobs.visible_people(p_everyone, p_user_ids), p_split, p_project_ids, p_modes, p_statuses
        )
    ),
    key as materialized (
        select amount.key, genjobs.key_label(p_split, amount.key) as label, sum(amount.amounts[2]) as cents
        from amount
        group by 1
        union all
        select '', '', 0 where p_split = 'none' and not exists (select from amount)
    )
    select json_build_object(
        'from', p_from, 'to', p_to, 'bucket', p_bucket, 'time_zone', p_time_zone, 'split', p_split,
        'as_of', statement_timestamp(), 'complete', (select horizon.complete from genjobs.horizon(false) as horizon),
        'keys', (
            select coalesce(json_agg(json_build_object('key', key.key, 'label', key.label)
                order by key.cents desc, key.key), '[]')
            from key
        ),
        'amounts', genjobs.amount_names(),
        'buckets', (
            select json_agg(json_build_object(
                'start', given.lower, 'end', given.upper, 'label', given.label,
                'running', given.lower <= statement_timestamp() and given.upper > statement_timestamp()
            ) order by given.n)
            from unnest(lowers, uppers, labels) with ordinality as given (lower, upper, label, n)
        ),
        'rows', (
            select coalesce(json_agg(
                json_build_array(given.n - 1, key.key, coalesce(amount.amounts, array_fill(0::bigint, array[16])))
                order by given.n, key.key
            ), '[]')
            from generate_series(1, cardinality(lowers)) as given (n)
            cross join key
            left join amount on amount.stretch = given.n and amount.key = key.key
        )
    ) into answer;
    return answer;
end
$$;

-- A period beside the one before it, of the same length on the zone's clocks. While the period runs, `previous` ends
-- where this one stands now; `previous_whole` is all of it.
create or replace function genjobs.read_cost_totals(
    p_from timestamptz, p_to timestamptz, p_time_zone text, p_project_ids uuid[], p_modes text[], p_statuses text[],
    p_user_ids uuid[], p_everyone boolean
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
begin
    perform genjobs.cost_buckets(p_from, p_to, 'month', p_time_zone);
    return (
        with amount as materialized (
            select *
            from genjobs.cost_amounts(
                array[p_from, begun, begun], array[p_to, reached, p_from],
                genjobs.visible_people(p_everyone, p_user_ids), 'none', p_project_ids, p_modes, p_statuses
            )
        )
        select json_build_object(
            'from', p_from, 'to', p_to, 'time_zone', p_time_zone, 'running', is_running,
            'previous_from', begun, 'previous_to', reached,
            'as_of', statement_timestamp(), 'complete', (select horizon.complete from genjobs.horizon(false) as horizon),
            'amounts', genjobs.amount_names(),
            'current', coalesce((select amounts from amount where stretch = 1), array_fill(0::bigint, array[16])),
            'previous', coalesce((select amounts from amount where stretch = 2), array_fill(0::bigint, array[16])),
            'previous_whole', coalesce((select amounts from amount where stretch = 3), array_fill(0::bigint, array[16]))
        )
    );
end
$$;

create or replace function genjobs.read_top_costs(
    p_from timestamptz, p_to timestamptz, p_split text, p_limit integer, p_project_ids uuid[], p_modes text[],
    p_statuses text[], p_user_ids uuid[], p_everyone boolean
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
                json_build_array(top.key, genjobs.key_label(p_split, top.key), top.amounts)
                order by top.amounts[2] desc, top.key
            ), '[]')
            from (
                select amount.key, amount.amounts
                from genjobs.cost_amounts(
                    array[p_from], array[p_to], genjobs.visible_people(p_everyone, p_user_ids), p_split,
                    p_project_ids, p_modes, p_statuses
                ) as amount
                order by amount.amounts[2] desc, amount.key
                limit least(greatest(coalesce(p_limit, 10), 0), 1000)
            ) as top
        )
    );
end
$$;

-- Hour of the day by day of the week, from Monday, 1, to Sunday, 7: rows of weekday, hour, jobs, cents; only what is not
-- zero.
create or replace function genjobs.read_cost_heatmap(
    p_from timestamptz, p_to timestamptz, p_time_zone text, p_project_ids uuid[], p_modes text[], p_statuses text[],
    p_user_ids uuid[], p_everyone boolean
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
                sum(amount.amounts[1]) as jobs, sum(amount.amounts[2]) as cents
            from genjobs.cost_amounts(
                lowers, uppers, genjobs.visible_people(p_everyone, p_user_ids), 'none', p_project_ids, p_modes, p_statuses
            ) as amount
            group by 1, 2
        ) as cell
    );
end
$$;

-- Cost per job of each bucket that has jobs: rows of bucket, jobs, cents, p50, p95. A percentile is the middle of the
-- histogram's bucket in which it lies: exact below 32 cents, within 1/32 of the true one from there on.
create or replace function genjobs.read_cost_percentiles(
    p_from timestamptz, p_to timestamptz, p_bucket text, p_time_zone text, p_project_ids uuid[], p_modes text[],
    p_statuses text[], p_user_ids uuid[], p_everyone boolean
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
begin
    select array_agg(bucket.lower order by bucket.n), array_agg(bucket.upper order by bucket.n)
    into lowers, uppers
    from genjobs.cost_buckets(p_from, p_to, p_bucket, p_time_zone) as bucket;
    return (
        with counted as (
            select cell.stretch, cell.cost_bucket, sum(cell.jobs) as jobs, sum(cell.cents) as cents
            from genjobs.cost_cells(
                lowers, uppers, genjobs.visible_people(p_everyone, p_user_ids), false, p_project_ids, p_modes, p_statuses,
                true
            ) as cell
            group by 1, 2
        ),
        ranked as (
            select
                counted.stretch, counted.jobs, counted.cents,
                sum(counted.jobs) over (partition by counted.stretch order by counted.cost_bucket) as reached,
                sum(counted.jobs) over (partition by counted.stretch) as of_all,
                case
                    when counted.cost_bucket < 32 then counted.cost_bucket
                    else ((counted.cost_bucket % 16 + 16.5) * 2::bigint ^ (counted.cost_bucket / 16 - 1) - 0.5)::bigint
                end as middle
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
    genjobs.amount_names(),
    genjobs.cost_amounts(timestamptz[], timestamptz[], uuid[], text, uuid[], text[], text[]),
    genjobs.read_cost_series(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_cost_totals(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_top_costs(timestamptz, timestamptz, text, integer, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_cost_heatmap(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_cost_percentiles(timestamptz, timestamptz, text, text, uuid[], text[], text[], uuid[], boolean)
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.read_cost_series(timestamptz, timestamptz, text, text, text, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_cost_totals(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_top_costs(timestamptz, timestamptz, text, integer, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_cost_heatmap(timestamptz, timestamptz, text, uuid[], text[], text[], uuid[], boolean),
    genjobs.read_cost_percentiles(timestamptz, timestamptz, text, text, uuid[], text[], text[], uuid[], boolean)
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131900') on conflict do nothing;
