-- Checks of the totals: on the command line, all of them are compared with the jobs; the Setup page and `genjobs verify`
-- show only numbers, which reveal nothing about anyone's jobs.

-- Compares the totals and histograms, as complete ones are read, with the jobs, their attempts, and the deleted and
-- excluded jobs in the log. Returns the differences.
create or replace function genjobs.compare_cost_totals()
returns table (
    user_id uuid, project_id uuid, cost_bucket smallint, quarter timestamptz, mode text, status text, deleted boolean,
    total_jobs bigint, counted_jobs bigint, total_cents bigint, counted_cents bigint
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
    with unfolded as (
        select
            horizon.histogram, event.user_id, event.project_id, event.mode, event.kind, event.old_status, event.new_status,
            event.old_cost_cents, event.new_cost_cents, event.job_created_at
        from (values (false), (true)) as horizon (histogram)
        cross join lateral genjobs.horizon(horizon.histogram) as since
        join public.generation_job_events as event
            on (event.transaction_id, event.id) > (since.transaction_id, since.event_id)
        union all
        select
            aside.histogram, event.user_id, event.project_id, event.mode, event.kind, event.old_status, event.new_status,
            event.old_cost_cents, event.new_cost_cents, event.job_created_at
        from genjobs.set_aside_events as aside
        join public.generation_job_events as event on event.job_id = aside.job_id and event.id = aside.event_id
    ),
    side as (
        select
            true as counted, null::boolean as histogram, job.user_id, job.project_id, job.mode, job.status, false as deleted,
            job.created_at, 1 as jobs, job.cost_cents
        from public.generation_jobs as job
        union all
        select
            true, null, event.user_id, event.project_id, event.mode, coalesce(event.new_status, event.old_status),
            event.kind <> 'excluded', event.job_created_at,
            case when event.kind = 'restored' or event.new_status is null then -1 else 1 end,
            coalesce(event.old_cost_cents, event.new_cost_cents)
        from public.generation_job_events as event
        where event.kind in ('deleted', 'restored', 'excluded')
            and (event.kind <> 'excluded' or genjobs.can_be_excluded(event.job_id))
        union all
        select
            true, null, job.user_id, job.project_id, job.mode, 'excluded', false, job.created_at, 1, 0
        from genjobs.wrongly_counted(
            '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'
        ) as job
        union all
        select
            false, event.histogram, event.user_id, event.project_id, event.mode, given.status, given.deleted,
            event.job_created_at, given.jobs, given.cost_cents
        from unfolded as event
        cross join lateral (
            values
                (event.old_status, event.kind = 'restored', -1, event.old_cost_cents),
                (event.new_status, event.kind = 'deleted', 1, event.new_cost_cents)
        ) as given (status, deleted, jobs, cost_cents)
        where given.status is not null
    ),
    cell as (
        select
            side.counted, side.user_id, level.project_id, level.cost_bucket,
            case when octet_length(side.mode) <= 100 then side.mode else genjobs.totals_mode(side.mode) end as mode,
            side.status, side.deleted,
            least(greatest(floor(extract(epoch from side.created_at) / 900), -234000000), 2147483647)::integer as quarter,
            side.jobs, side.jobs::bigint * side.cost_cents as cents
        from side
        cross join lateral (
            select greatest(
                width_bucket(side.cost_cents::bigint, genjobs.histogram_bounds()) - 1, 0
            )::smallint as bucket
        ) as own
        cross join lateral (
            values
                ('00000000-0000-0000-0000-000000000000'::uuid, -1::smallint, false), (side.project_id, -1, false),
                ('00000000-0000-0000-0000-000000000000', own.bucket, true), (side.project_id, own.bucket, true)
        ) as level (project_id, cost_bucket, histogram)
        where side.histogram is null or side.histogram = level.histogram
        union all
        select
            false, total.user_id, total.project_id, total.cost_bucket, total.mode, total.status, total.deleted,
            96 * (total.day - date '1970-01-01') + piece.quarter,
            piece.jobs - lag(piece.jobs, 1, 0) over of_row,
            piece.cents - lag(piece.cents, 1, 0::bigint) over of_row
        from genjobs.cost_totals as total
        cross join lateral unnest(total.quarters, total.jobs, total.cents) as piece (quarter, jobs, cents)
        window of_row as (
            partition by
                total.user_id, total.project_id, total.cost_bucket, total.day, total.mode, total.status, total.deleted
            order by piece.quarter
        )
    )
    select
        cell.user_id, nullif(cell.project_id, '00000000-0000-0000-0000-000000000000'), nullif(cell.cost_bucket, -1),
        timestamptz 'epoch' + cell.quarter * interval '900 seconds', cell.mode, cell.status, cell.deleted,
        coalesce(sum(cell.jobs) filter (where not cell.counted), 0)::bigint,
        coalesce(sum(cell.jobs) filter (where cell.counted), 0)::bigint,
        coalesce(sum(cell.cents) filter (where not cell.counted), 0)::bigint,
        coalesce(sum(cell.cents) filter (where cell.counted), 0)::bigint
    from cell
    where exists (select from auth.users as person where person.id = cell.user_id)
    group by cell.user_id, cell.project_id, cell.cost_bucket, cell.quarter, cell.mode, cell.status, cell.deleted
    having sum(case when cell.counted then cell.jobs else -cell.jobs end) <> 0
        or sum(case when cell.counted then cell.cents else -cell.cents end) <> 0
    order by 4, 1, 2, 3, 5, 6, 7
$$;

-- The number of events that are not folded, counted up to p_most, and since when the first of them has been waiting.
create or replace function genjobs.waiting_events(
    p_histogram boolean, p_most integer, out events bigint, out since timestamptz
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        (
            select count(*)
            from (
                select
                from public.generation_job_events as event
                where (event.transaction_id, event.id) > (horizon.transaction_id, horizon.event_id)
                limit p_most
            ) as waiting
        ),
        (
            select event.at
            from public.generation_job_events as event
            where (event.transaction_id, event.id) > (horizon.transaction_id, horizon.event_id)
            order by event.transaction_id, event.id
            limit 1
        )
    from genjobs.horizon(p_histogram) as horizon
$$;

create or replace function genjobs.totals_health(p_most integer) returns json
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select json_build_object(
        'state', genjobs.totals_state(),
        'waiting', totals.events, 'waiting_since', totals.since,
        'histograms_waiting', histograms.events, 'histograms_waiting_since', histograms.since,
        'most', p_most,
        'set_aside', aside.events, 'set_aside_codes', aside.codes
    )
    from genjobs.waiting_events(false, p_most) as totals
    cross join genjobs.waiting_events(true, p_most) as histograms
    cross join (
        select
            count(distinct (aside.job_id, aside.event_id)) as events,
            coalesce(json_agg(distinct aside.code), '[]') as codes
        from genjobs.set_aside_events as aside
    ) as aside
$$;

-- Each count stops at `most`.
create or replace function public.get_totals_health() returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.totals_health(1000000)
$$;

revoke all on function
    genjobs.compare_cost_totals(),
    genjobs.waiting_events(boolean, integer),
    genjobs.totals_health(integer),
    public.get_totals_health()
    from public, anon, authenticated, service_role;
grant execute on function genjobs.totals_health(integer), public.get_totals_health() to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132100') on conflict do nothing;
