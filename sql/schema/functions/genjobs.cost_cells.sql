-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.cost_cells(timestamp with time zone[], timestamp with time zone[], uuid[], boolean, genjobs.cost_filters, boolean)
CREATE OR REPLACE FUNCTION genjobs.cost_cells(p_from timestamp with time zone[], p_to timestamp with time zone[], p_people uuid[], p_by_project boolean, p_filters genjobs.cost_filters, p_histogram boolean DEFAULT false)
 RETURNS TABLE(stretch integer, user_id uuid, project_id uuid, mode text, status text, deleted boolean, cost_bucket smallint, jobs bigint, cents bigint, excluded bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
 SET plan_cache_mode TO 'force_custom_plan'
AS $function$
declare
    nowhere constant uuid := '00000000-0000-0000-0000-000000000000';
    by_project constant boolean := p_by_project or p_filters.project_ids is not null;
    modes constant text[] := (select array_agg(genjobs.totals_mode(given.name)) from unnest(p_filters.modes) as given (name));
    bounds constant bigint[] := case when p_histogram then genjobs.histogram_bounds() end;
    since record;
    first_quarters integer[];
    end_quarters integer[];
    edges integer[];
    edge_from timestamptz[];
    edge_to timestamptz[];
begin
    select * into since from genjobs.horizon(p_histogram);
    select
        array_agg(
            ceil(extract(epoch from case when since.complete then given.lower else given.upper end) / 900)::integer
            order by given.n
        ),
        array_agg(floor(extract(epoch from given.upper) / 900)::integer order by given.n)
    into first_quarters, end_quarters
    from unnest(p_from, p_to) with ordinality as given (lower, upper, n);

    -- As arrays, so that the planner knows how few there are, and looks up their jobs by time.
    select array_agg(given.n::integer), array_agg(side.lower), array_agg(side.upper)
    into edges, edge_from, edge_to
    from unnest(p_from, p_to, first_quarters, end_quarters) with ordinality
        as given (lower, upper, first_quarter, end_quarter, n)
    cross join lateral (
        values
            (given.lower, least(given.upper, timestamptz 'epoch' + given.first_quarter * interval '900 seconds')),
            (
                greatest(
                    timestamptz 'epoch' + given.end_quarter * interval '900 seconds',
                    timestamptz 'epoch' + given.first_quarter * interval '900 seconds'
                ),
                given.upper
            )
    ) as side (lower, upper)
    where side.lower < side.upper;

    return query
    with piece as (
        select
            given.n::integer as stretch, date '1970-01-01' + day.n as day,
            (greatest(given.first_quarter - 96 * day.n, 0) - 1)::smallint as before,
            (least(given.end_quarter - 96 * day.n, 96) - 1)::smallint as upto
        from unnest(first_quarters, end_quarters) with ordinality as given (first_quarter, end_quarter, n)
        cross join lateral generate_series(
            floor(given.first_quarter / 96.0)::integer, floor((given.end_quarter - 1) / 96.0)::integer
        ) as day (n)
        where given.first_quarter < given.end_quarter
    ),
    folded as (
        select
            piece.stretch, total.user_id, total.project_id, total.mode, total.status, total.deleted,
            total.cost_bucket,
            coalesce(total.jobs[width_bucket(piece.upto, total.quarters)], 0)
                - coalesce(total.jobs[width_bucket(piece.before, total.quarters)], 0) as jobs,
            coalesce(total.cents[width_bucket(piece.upto, total.quarters)], 0)
                - coalesce(total.cents[width_bucket(piece.before, total.quarters)], 0) as cents
        from genjobs.cost_totals as total
        join piece on piece.day = total.day
        where total.user_id = any (p_people)
            and case when p_histogram then total.cost_bucket >= 0 else total.cost_bucket = -1 end
            and total.day between (select min(day) from piece) and (select max(day) from piece)
            and case
                when not by_project then total.project_id = nowhere
                when p_filters.project_ids is null then total.project_id <> nowhere
                else total.project_id = any (p_filters.project_ids)
            end
    ),
    unfolded as (
        select
            event.user_id, event.project_id, event.mode, event.kind, event.old_status, event.new_status,
            event.old_cost_cents, event.new_cost_cents, event.job_created_at
        from public.generation_job_events as event
        where (event.transaction_id, event.id) > (since.transaction_id, since.event_id)
            and event.user_id = any (p_people)
            and (p_filters.project_ids is null or event.project_id = any (p_filters.project_ids))
        union all
        select
            event.user_id, event.project_id, event.mode, event.kind, event.old_status, event.new_status,
            event.old_cost_cents, event.new_cost_cents, event.job_created_at
        from genjobs.set_aside_events as aside
        join public.generation_job_events as event on event.job_id = aside.job_id and event.id = aside.event_id
        where aside.histogram = p_histogram
            and aside.user_id = any (p_people)
            and (p_filters.project_ids is null or event.project_id = any (p_filters.project_ids))
    ),
    since_folded as (
        select
            piece.stretch, event.user_id, event.project_id, event.mode, side.status, side.deleted, side.cost_cents, side.jobs
        from unfolded as event
        cross join lateral (
            values
                (event.old_status, event.kind = 'restored', -1, event.old_cost_cents),
                (event.new_status, event.kind = 'deleted', 1, event.new_cost_cents)
        ) as side (status, deleted, jobs, cost_cents)
        join piece
            on piece.day = (event.job_created_at at time zone 'UTC')::date
            and floor(extract(epoch from (event.job_created_at at time zone 'UTC')::time) / 900)
                between piece.before + 1 and piece.upto
        where side.status is not null
    ),
    at_edges as (
        select
            edge.stretch, job.user_id, job.project_id, job.mode, job.status, false as deleted, job.cost_cents, 1 as jobs
        from unnest(edges, edge_from, edge_to) as edge (stretch, lower, upper)
        join public.generation_jobs as job on job.created_at >= edge.lower and job.created_at < edge.upper
        where job.user_id = any (p_people)
            and (p_filters.project_ids is null or job.project_id = any (p_filters.project_ids))
        union all
        select
            edge.stretch, event.user_id, event.project_id, event.mode, coalesce(event.new_status, event.old_status), true,
            coalesce(event.old_cost_cents, event.new_cost_cents),
            case when event.kind = 'restored' or event.new_status is null then -1 else 1 end
        from unnest(edges, edge_from, edge_to) as edge (stretch, lower, upper)
        join public.generation_job_events as event
            on event.job_created_at >= edge.lower and event.job_created_at < edge.upper
        where event.user_id = any (p_people)
            and event.kind in ('deleted', 'restored', 'excluded')
            and (event.kind <> 'excluded' or genjobs.can_be_excluded(event.job_id))
            and (p_filters.project_ids is null or event.project_id = any (p_filters.project_ids))
    ),
    counted as (
        select
            one.stretch, one.user_id, one.project_id,
            case when octet_length(one.mode) <= 100 then one.mode else genjobs.totals_mode(one.mode) end as mode,
            one.status, one.deleted,
            case when p_histogram then greatest(width_bucket(one.cost_cents::bigint, bounds) - 1, 0) else -1 end::smallint,
            one.jobs, one.jobs::bigint * one.cost_cents as cents
        from (
            select * from since_folded
            union all
            select * from at_edges
        ) as one
    )
    select
        cell.stretch, cell.user_id, case when by_project then cell.project_id end, cell.mode,
        case cell.status when 'excluded' then 'failed' else cell.status end, cell.deleted, cell.cost_bucket,
        coalesce(sum(cell.jobs) filter (where cell.status <> 'excluded'), 0)::bigint, sum(cell.cents)::bigint,
        coalesce(sum(cell.jobs) filter (where cell.status = 'excluded'), 0)::bigint
    from (
        select * from folded
        union all
        select * from counted
    ) as cell
    where (p_filters.modes is null or cell.mode = any (modes))
        and (
            p_filters.statuses is null
            or case cell.status when 'excluded' then 'failed' else cell.status end = any (p_filters.statuses)
        )
    group by 1, 2, 3, 4, 5, 6, 7
    having sum(cell.jobs) filter (where cell.status <> 'excluded') <> 0
        or sum(cell.jobs) filter (where cell.status = 'excluded') <> 0
        or sum(cell.cents) <> 0;
end
$function$;

-- grants of genjobs.cost_cells(timestamp with time zone[], timestamp with time zone[], uuid[], boolean, genjobs.cost_filters, boolean)
REVOKE ALL ON FUNCTION genjobs.cost_cells(timestamp with time zone[], timestamp with time zone[], uuid[], boolean, genjobs.cost_filters, boolean) FROM PUBLIC, anon, authenticated, service_role;
