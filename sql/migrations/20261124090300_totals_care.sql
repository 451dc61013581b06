-- Care of the totals: jobs older than the log are brought into it, totals are compared with the jobs, and made anew.

create table if not exists genjobs.back_fill_state (
    only_row boolean primary key default true check (only_row),
    job_created_at timestamptz not null default '-infinity',
    job_id uuid not null default '00000000-0000-0000-0000-000000000000',
    jobs bigint not null default 0,
    taken_in boolean not null default false,
    done boolean not null
);
revoke all on table genjobs.back_fill_state from public, anon, authenticated, service_role;
insert into genjobs.back_fill_state (done) select complete from genjobs.fold_state on conflict do nothing;

-- Takes those of the jobs of which the log has no event into the log, as kind known, and into totals and histograms, as one
-- change: nothing of it waits to be folded. A writer who changes one of them meanwhile adds the event of that change.
-- Waits for a fold under way.
create or replace function genjobs.take_in(p_job_ids uuid[]) returns void
language plpgsql
security definer
set search_path = ''
set jit = off
as $$
declare
    before_id bigint;
    last_id bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Jobs can be taken into the totals at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    -- Who is deleted meanwhile is deleted after this: what is written here of them goes with them.
    perform
    from auth.users as person
    where person.id in (select job.user_id from public.generation_jobs as job where job.id = any (p_job_ids))
    order by person.id
    for key share;
    select coalesce(max(event.id), 0) into before_id
    from public.generation_job_events as event
    where event.transaction_id = '0';
    insert into public.generation_job_events (
        transaction_id, at, job_created_at, job_id, user_id, project_id, mode, kind,
        new_status, new_cost_cents, error, actor_role
    )
    select
        '0', coalesce(job.updated_at, clock_timestamp()), job.created_at, job.id, job.user_id, job.project_id, job.mode,
        'known', job.status, job.cost_cents, job.error, current_setting('role')
    from (select distinct id from unnest(p_job_ids) as given (id)) as given
    join public.generation_jobs as job on job.id = given.id
    where not exists (select from public.generation_job_events as event where event.job_id = job.id)
        and exists (select from auth.users as person where person.id = job.user_id);
    select coalesce(max(event.id), 0) into last_id
    from public.generation_job_events as event
    where event.transaction_id = '0';
    perform genjobs.fold_between('0', before_id, '0', last_id, false);
    perform genjobs.fold_between('0', before_id, '0', last_id, true);
end
$$;

-- Takes the next p_jobs jobs in, the oldest first, so that few totals are touched by each batch. Returns their number.
create or replace function genjobs.back_fill_totals(p_jobs integer) returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
    batch record;
begin
    select
        array_agg(job.id) as ids, count(*) as jobs,
        (array_agg(job.created_at order by job.created_at desc, job.id desc))[1] as last_created_at,
        (array_agg(job.id order by job.created_at desc, job.id desc))[1] as last_id
    into batch
    from (
        select job.id, job.created_at
        from genjobs.back_fill_state as state
        join public.generation_jobs as job on (job.created_at, job.id) > (state.job_created_at, state.job_id)
        order by job.created_at, job.id
        limit p_jobs
    ) as job;
    perform genjobs.take_in(batch.ids);
    update genjobs.back_fill_state
    set job_created_at = coalesce(batch.last_created_at, job_created_at),
        job_id = coalesce(batch.last_id, job_id),
        jobs = jobs + batch.jobs;
    return batch.jobs;
end
$$;

-- Looks at the next p_jobs jobs: first takes in those that are older than the log; then, in the order of their ids, writes
-- into the log, as kind known, what it still lacks: of jobs that were changed meanwhile, and whatever happened past the
-- triggers. Whatever happens to a job meanwhile, its events add up to its row, because each statement sees both.
-- Returns whether that was the last batch.
create or replace function genjobs.back_fill(p_jobs integer default 20000) returns boolean
language plpgsql
security definer
set search_path = ''
set jit = off
as $$
declare
    after_id uuid;
    upto_id uuid;
    is_taken_in boolean;
    is_done boolean;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The log can be filled at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    select state.job_id, state.taken_in, state.done into after_id, is_taken_in, is_done
    from genjobs.back_fill_state as state
    for update;
    if is_done then
        return true;
    end if;
    if not is_taken_in then
        if genjobs.back_fill_totals(p_jobs) < p_jobs then
            update genjobs.back_fill_state set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true;
        end if;
        return false;
    end if;
    select batch.id into upto_id
    from (
        select job.id from public.generation_jobs as job where job.id > after_id order by job.id limit p_jobs
    ) as batch
    order by batch.id
    offset p_jobs - 1;
    is_done := upto_id is null;
    upto_id := coalesce(upto_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    perform
    from auth.users as person
    where person.id in (
        select job.user_id from public.generation_jobs as job where job.id > after_id and job.id <= upto_id
        union all
        select event.user_id
        from public.generation_job_events as event
        where event.job_id > after_id and event.job_id <= upto_id
    )
    order by person.id
    for key share;

    insert into public.generation_job_events (
        at, job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_role
    )
    select
        coalesce(job.updated_at, clock_timestamp()), lacking.created_at, lacking.job_id, lacking.user_id,
        lacking.project_id, lacking.mode, 'known',
        case when lacking.number < 0 then lacking.status end, case when lacking.number > 0 then lacking.status end,
        case when lacking.number < 0 then lacking.cost_cents end, case when lacking.number > 0 then lacking.cost_cents end,
        case when lacking.number > 0 then job.error end, current_setting('role')
    from (
        select
            side.job_id, side.user_id, side.project_id, side.mode, side.status, side.cost_cents, side.created_at,
            sum(side.number)::integer as number
        from (
            select
                job.id as job_id, job.user_id, job.project_id, job.mode, job.status, job.cost_cents, job.created_at,
                1 as number
            from public.generation_jobs as job
            where job.id > after_id and job.id <= upto_id
            union all
            select
                event.job_id, event.user_id, event.project_id, event.mode, given.status, given.cost_cents,
                event.job_created_at, given.number
            from public.generation_job_events as event
            cross join lateral (
                values
                    (event.old_status, event.old_cost_cents, 1, event.kind = 'restored'),
                    (event.new_status, event.new_cost_cents, -1, event.kind = 'deleted')
            ) as given (status, cost_cents, number, of_deleted)
            where event.job_id > after_id
                and event.job_id <= upto_id
                and given.status is not null
                and not given.of_deleted
        ) as side
        group by 1, 2, 3, 4, 5, 6, 7
        having sum(side.number) <> 0
    ) as lacking
    left join public.generation_jobs as job on job.id = lacking.job_id
    cross join lateral generate_series(1, abs(lacking.number))
    where exists (select from auth.users as person where person.id = lacking.user_id);

    update genjobs.back_fill_state set job_id = upto_id, done = is_done;
    return is_done;
end
$$;

-- Says that the totals are complete, once the log is. Waits for a fold under way.
create or replace function genjobs.finish_back_fill() returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    update genjobs.fold_state
    set complete = true
    where not complete and (select state.done from genjobs.back_fill_state as state);
    return (select state.complete from genjobs.fold_state as state);
end
$$;

-- Totals and histograms as they are read, beside what the jobs and the log of deleted ones say; returns what differs.
create or replace function genjobs.compare_cost_totals()
returns table (
    user_id uuid, project_id uuid, cost_bucket smallint, quarter timestamptz, mode text, status text, deleted boolean,
    total_jobs bigint, counted_jobs bigint, total_cents bigint, counted_cents bigint
)
language sql
stable
security definer
set search_path = ''
set jit = off
as $$
    with side as (
        select
            true as counted, null::boolean as histogram, job.user_id, job.project_id, job.mode, job.status, false as deleted,
            job.created_at, 1 as jobs, job.cost_cents
        from public.generation_jobs as job
        union all
        select
            true, null, event.user_id, event.project_id, event.mode, event.old_status, true,
            event.job_created_at, case event.kind when 'deleted' then 1 else -1 end, event.old_cost_cents
        from public.generation_job_events as event
        where event.kind in ('deleted', 'restored')
        union all
        select
            false, horizon.histogram, event.user_id, event.project_id, event.mode, given.status, given.deleted,
            event.job_created_at, given.jobs, given.cost_cents
        from (values (false), (true)) as horizon (histogram)
        cross join lateral genjobs.horizon(horizon.histogram) as since
        join public.generation_job_events as event
            on (event.transaction_id, event.id) > (since.transaction_id, since.event_id)
        cross join lateral (
            values
                (event.old_status, event.kind = 'restored', -1, event.old_cost_cents),
                (event.new_status, event.kind = 'deleted', 1, event.new_cost_cents)
        ) as given (status, deleted, jobs, cost_cents)
        where given.status is not null
    ),
    cell as (
        select
            side.counted, side.user_id, level.project_id, level.cost_bucket, side.mode, side.status, side.deleted,
            least(greatest(floor(extract(epoch from side.created_at) / 900), -234000000), 2147483647)::integer as quarter,
            side.jobs, side.jobs::bigint * side.cost_cents as cents
        from side
        cross join lateral (select 32 - position(B'1' in side.cost_cents::bit(32)) as exponent) as octave
        cross join lateral (
            select (
                case
                    when side.cost_cents < 32 then greatest(side.cost_cents, 0)
                    else 32 + (octave.exponent - 5) * 16 + ((side.cost_cents >> (octave.exponent - 4)) & 15)
                end
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

-- Makes totals and histograms anew from the log, as one change, while writers go on. Where jobs were changed past the
-- triggers, the log is repaired first: call genjobs.back_fill() until it says true.
create or replace function genjobs.rebuild_cost_totals() returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    ceiling xid8;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The totals can be rebuilt at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    -- Events that another server numbered ahead of this one's count.
    update public.generation_job_events as event
    set transaction_id = pg_current_xact_id()
    where event.transaction_id > pg_snapshot_xmax(pg_current_snapshot());
    delete from genjobs.cost_totals;
    delete from genjobs.erasures;
    ceiling := pg_snapshot_xmin(pg_current_snapshot());
    perform genjobs.fold_between('0', 0, ceiling, 0, false);
    perform genjobs.fold_between('0', 0, ceiling, 0, true);
    update genjobs.fold_state as state
    set transaction_id = ceiling,
        event_id = 0,
        histogram_transaction_id = ceiling,
        histogram_event_id = 0,
        last_event_id = coalesce((select max(event.id) from public.generation_job_events as event), 0),
        cluster = (select system.system_identifier from pg_catalog.pg_control_system() as system),
        complete = (select back_fill.done from genjobs.back_fill_state as back_fill);
end
$$;

-- Has the log compared with every job again, from the first.
create or replace function genjobs.restart_back_fill() returns void
language sql
security definer
set search_path = ''
as $$
    update genjobs.back_fill_state
    set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true, done = false
$$;

revoke all on function genjobs.take_in(uuid[]), genjobs.back_fill_totals(integer), genjobs.back_fill(integer), genjobs.finish_back_fill(), genjobs.compare_cost_totals(),
    genjobs.rebuild_cost_totals(), genjobs.restart_back_fill()
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261124090300') on conflict do nothing;
