-- The fold: some events from the log into the totals, in bounded batches.

-- Costs up to 31 cents have a bucket each in the histograms; from there on each doubling is cut into 16, so that the
-- middle of a bucket is within 1/32 of every cost in it.

-- Adds the events in (p_after, p_upto] to the totals, or to the histograms. The caller holds the fold's lock.
create or replace function genjobs.fold_between(
    p_after_transaction xid8, p_after_event bigint, p_upto_transaction xid8, p_upto_event bigint,
    p_histogram boolean
)
returns void
language sql
security definer
set search_path = ''
set jit = off
as $$
    with side as (
        select
            event.user_id, event.project_id, event.mode, given.status, given.deleted,
            case
                when not p_histogram then -1
                when given.cost_cents < 32 then greatest(given.cost_cents, 0)
                else 32 + (octave.exponent - 5) * 16 + ((given.cost_cents >> (octave.exponent - 4)) & 15)
            end::smallint as cost_bucket,
            least(greatest(floor(extract(epoch from event.job_created_at) / 900), -234000000), 2147483647)::integer as quarter,
            given.jobs, given.jobs::bigint * given.cost_cents as cents
        from public.generation_job_events as event
        cross join lateral (
            values
                (event.old_status, event.kind = 'restored', -1, event.old_cost_cents),
                (event.new_status, event.kind = 'deleted', 1, event.new_cost_cents)
        ) as given (status, deleted, jobs, cost_cents)
        cross join lateral (select 32 - position(B'1' in given.cost_cents::bit(32)) as exponent) as octave
        where (event.transaction_id, event.id) > (p_after_transaction, p_after_event)
            and (event.transaction_id, event.id) <= (p_upto_transaction, p_upto_event)
            and given.status is not null
    ),
    delta as (
        select
            user_id, project_id, mode, status, deleted, cost_bucket, quarter,
            sum(jobs)::integer as jobs, sum(cents)::bigint as cents
        from side
        group by 1, 2, 3, 4, 5, 6, 7
        having sum(jobs) <> 0 or sum(cents) <> 0
    ),
    change as (
        select
            delta.user_id, level.project_id, delta.cost_bucket,
            date '1970-01-01' + floor(delta.quarter / 96.0)::integer as day,
            delta.mode, delta.status, delta.deleted, mod(mod(delta.quarter, 96) + 96, 96)::smallint as quarter,
            delta.jobs, delta.cents
        from delta
        cross join lateral (
            values ('00000000-0000-0000-0000-000000000000'::uuid), (delta.project_id)
        ) as level (project_id)
    ),
    touched as (
        select distinct user_id, project_id, cost_bucket, day, mode, status, deleted from change
    ),
    part as (
        select * from change
        union all
        select
            total.user_id, total.project_id, total.cost_bucket, total.day, total.mode, total.status, total.deleted,
            piece.quarter,
            piece.jobs - lag(piece.jobs, 1, 0) over row_pieces,
            piece.cents - lag(piece.cents, 1, 0::bigint) over row_pieces
        from touched
        join genjobs.cost_totals as total
            using (user_id, project_id, cost_bucket, day, mode, status, deleted)
        cross join lateral unnest(total.quarters, total.jobs, total.cents) as piece (quarter, jobs, cents)
        window row_pieces as (
            partition by
                total.user_id, total.project_id, total.cost_bucket, total.day, total.mode, total.status, total.deleted
            order by piece.quarter
        )
    ),
    summed as (
        select
            user_id, project_id, cost_bucket, day, mode, status, deleted, quarter,
            sum(jobs)::integer as jobs, sum(cents)::bigint as cents
        from part
        group by 1, 2, 3, 4, 5, 6, 7, 8
    ),
    running as (
        select
            user_id, project_id, cost_bucket, day, mode, status, deleted, quarter, jobs as own_jobs, cents as own_cents,
            (sum(jobs) over row_quarters)::integer as jobs, (sum(cents) over row_quarters)::bigint as cents
        from summed
        window row_quarters as (
            partition by user_id, project_id, cost_bucket, day, mode, status, deleted order by quarter
        )
    ),
    made as (
        select
            user_id, project_id, cost_bucket, day, mode, status, deleted,
            array_agg(quarter order by quarter) filter (where own_jobs <> 0 or own_cents <> 0) as quarters,
            array_agg(jobs order by quarter) filter (where own_jobs <> 0 or own_cents <> 0) as jobs,
            array_agg(cents order by quarter) filter (where own_jobs <> 0 or own_cents <> 0) as cents
        from running
        group by 1, 2, 3, 4, 5, 6, 7
    )
    merge into genjobs.cost_totals as total
    using made
        on total.user_id = made.user_id
            and total.project_id = made.project_id
            and total.cost_bucket = made.cost_bucket
            and total.day = made.day
            and total.mode = made.mode
            and total.status = made.status
            and total.deleted = made.deleted
    when matched and made.quarters is null then
        delete
    when matched then
        update set quarters = made.quarters, jobs = made.jobs, cents = made.cents
    when not matched and made.quarters is not null then
        insert (user_id, project_id, cost_bucket, day, mode, status, deleted, quarters, jobs, cents)
        values (
            made.user_id, made.project_id, made.cost_bucket, made.day, made.mode, made.status, made.deleted,
            made.quarters, made.jobs, made.cents
        )
$$;

-- Where the totals and the histograms stand, and whether they can be relied on in this database.
create or replace function genjobs.horizon(
    p_histogram boolean, out transaction_id xid8, out event_id bigint, out complete boolean
)
language sql
stable
security definer
set search_path = ''
as $$
    select
        case when p_histogram then state.histogram_transaction_id else state.transaction_id end,
        case when p_histogram then state.histogram_event_id else state.event_id end,
        state.complete and state.cluster = system.system_identifier
    from genjobs.fold_state as state
    cross join pg_catalog.pg_control_system() as system
$$;

-- Another server counts transactions from elsewhere. Its first fold asks whether an event went unnoticed behind the
-- horizon: then the totals say that they are not complete, until they are rebuilt.
create or replace function genjobs.settle_on_cluster() returns void
language sql
security definer
set search_path = ''
as $$
    update genjobs.fold_state as state
    set cluster = system.system_identifier,
        complete = state.complete
            and state.transaction_id <= pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
            and not exists (
                select
                from public.generation_job_events as event
                where event.transaction_id > '0'
                    and event.id > state.last_event_id
                    and (event.transaction_id, event.id) <= (state.transaction_id, state.event_id)
            )
    from pg_catalog.pg_control_system() as system
    where state.cluster <> system.system_identifier
$$;

-- People who have gone: reads leave them out at once; their totals go now, or with the next fold.
create table if not exists genjobs.erasures (
    user_id uuid primary key
);
revoke all on table genjobs.erasures from public, anon, authenticated, service_role;

create or replace function genjobs.erase_totals() returns void
language sql
security definer
set search_path = ''
as $$
    with gone as (
        delete from genjobs.erasures returning user_id
    )
    delete from genjobs.cost_totals as total
    using gone
    where total.user_id = gone.user_id
$$;

-- One try: whoever has it folds alone until its transaction ends. Only at read committed: at the stricter levels a
-- snapshot may be older than the last fold.
create or replace function genjobs.may_fold() returns boolean
language sql
security definer
set search_path = ''
as $$
    select current_setting('transaction_isolation') = 'read committed'
        and pg_try_advisory_xact_lock(hashtextextended('genjobs fold', 0))
$$;

-- Folds the next p_events events at most and returns their number. The caller holds the fold's lock.
create or replace function genjobs.fold_batch(p_events integer, p_histogram boolean) returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
    ceiling xid8;
    since record;
    upto record;
begin
    select * into since from genjobs.horizon(p_histogram);
    ceiling := pg_snapshot_xmin(pg_current_snapshot());
    select last.transaction_id, last.id, last.newest, last.number
    into upto
    from (
        select
            event.transaction_id, event.id,
            max(event.id) over in_order as newest,
            row_number() over in_order as number
        from public.generation_job_events as event
        where (event.transaction_id, event.id) > (since.transaction_id, since.event_id)
            and event.transaction_id < ceiling
        window in_order as (order by event.transaction_id, event.id)
        order by event.transaction_id, event.id
        limit p_events
    ) as last
    order by last.number desc
    limit 1;
    if not found then
        return 0;
    end if;
    perform genjobs.fold_between(since.transaction_id, since.event_id, upto.transaction_id, upto.id, p_histogram);
    if p_histogram then
        update genjobs.fold_state
        set histogram_transaction_id = upto.transaction_id, histogram_event_id = upto.id;
    else
        update genjobs.fold_state
        set transaction_id = upto.transaction_id,
            event_id = upto.id,
            last_event_id = greatest(last_event_id, upto.newest);
    end if;
    return upto.number;
end
$$;

-- Folds batches of p_events until nothing is left or p_milliseconds have passed. Returns whether nothing is left; null
-- when it may not fold.
create or replace function genjobs.fold(
    p_events integer default 1000, p_milliseconds integer default 20, p_histogram boolean default false
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
    began constant timestamptz := clock_timestamp();
begin
    if not genjobs.may_fold() then
        return null;
    end if;
    perform genjobs.settle_on_cluster();
    perform genjobs.erase_totals();
    while genjobs.fold_batch(p_events, p_histogram) = p_events loop
        if clock_timestamp() > began + p_milliseconds * interval '1 millisecond' then
            return false;
        end if;
    end loop;
    return true;
end
$$;

-- A fold that fails costs the writer nothing but the attempt: reads are right without it.
create or replace function genjobs.fold_sometimes(p_event_id bigint) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform genjobs.fold();
    if p_event_id % 65536 = 0 then
        perform genjobs.fold(131072, 0, true);
    end if;
exception when others then
    raise warning 'The totals were not folded after event %: % (%)', p_event_id, sqlerrm, sqlstate;
end
$$;

create or replace function genjobs.erase_person() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    delete from public.generation_job_events as event where event.user_id = old.id;
    insert into genjobs.erasures (user_id) values (old.id) on conflict do nothing;
    if genjobs.may_fold() then
        perform genjobs.erase_totals();
    end if;
    return null;
end
$$;

revoke all on function genjobs.fold_between(xid8, bigint, xid8, bigint, boolean),
    genjobs.horizon(boolean), genjobs.settle_on_cluster(), genjobs.may_fold(), genjobs.fold_batch(integer, boolean),
    genjobs.fold(integer, integer, boolean), genjobs.fold_sometimes(bigint), genjobs.erase_totals(),
    genjobs.erase_person()
    from public, anon, authenticated, service_role;

create or replace trigger zz_erase_generation_job_totals
    after delete on auth.users
    for each row execute function genjobs.erase_person();

insert into genjobs.schema_versions (version) values ('20261124090200') on conflict do nothing;
