-- What costs most in one period, compared with another period, from one snapshot.

-- The projects, people, modes or statuses of both periods, each with its amounts in the first and in the second, or zeros
-- if it has none. Only the p_limit with the highest cost in either period are listed, at most 1,000; `keys`, `current`
-- and `previous` still count all of them. Without a second period, `previous` and its amounts are null.
create or replace function genjobs.read_cost_ranking(
    p_from timestamptz, p_to timestamptz, p_before_from timestamptz, p_before_to timestamptz,
    p_split text, p_limit integer, p_filters genjobs.cost_filters
)
returns json
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

create or replace function public.get_cost_ranking(
    p_from timestamptz, p_to timestamptz, p_before_from timestamptz default null, p_before_to timestamptz default null,
    p_split text default 'project', p_limit integer default 1000,
    p_project_ids uuid[] default null, p_modes text[] default null, p_statuses text[] default null,
    p_user_ids uuid[] default null, p_everyone boolean default false
)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.read_cost_ranking(p_from, p_to, p_before_from, p_before_to, p_split, p_limit, filters)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses, p_user_ids, p_everyone) as filters
$$;

revoke all on function
    genjobs.read_cost_ranking(timestamptz, timestamptz, timestamptz, timestamptz, text, integer, genjobs.cost_filters),
    public.get_cost_ranking(
        timestamptz, timestamptz, timestamptz, timestamptz, text, integer, uuid[], text[], text[], uuid[], boolean
    )
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.read_cost_ranking(timestamptz, timestamptz, timestamptz, timestamptz, text, integer, genjobs.cost_filters),
    public.get_cost_ranking(
        timestamptz, timestamptz, timestamptz, timestamptz, text, integer, uuid[], text[], text[], uuid[], boolean
    )
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132050') on conflict do nothing;
