-- Folding, batch by batch: in passing by whoever writes, or on and on by who cares for the totals.

-- Folds the next p_events events at most and returns their number. The caller holds the fold's lock, and knows that the
-- totals are foldable.
create or replace function genjobs.fold_batch(p_events integer, p_histogram boolean) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
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
    perform genjobs.fold_or_set_aside(since.transaction_id, since.event_id, upto.transaction_id, upto.id, p_histogram);
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
set search_path = pg_catalog, pg_temp
as $$
declare
    began constant timestamptz := clock_timestamp();
begin
    if not genjobs.may_fold() then
        return null;
    end if;
    perform genjobs.erase_totals();
    if not genjobs.is_foldable() then
        return null;
    end if;
    while genjobs.fold_batch(p_events, p_histogram) = p_events loop
        if clock_timestamp() > began + p_milliseconds * interval '1 millisecond' then
            return false;
        end if;
    end loop;
    return true;
end
$$;

-- Folds the next p_events events at most, after whoever folds now, and returns their number: 0 when nothing is left that
-- can be folded yet.
create or replace function genjobs.fold_next(p_events integer, p_histogram boolean) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Events are folded at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    perform genjobs.erase_totals();
    if not genjobs.is_foldable() then
        return 0;
    end if;
    return genjobs.fold_batch(p_events, p_histogram);
end
$$;

create or replace function genjobs.erase_person() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from public.generation_job_events as event where event.user_id = old.id;
    delete from genjobs.set_aside_events as aside where aside.user_id = old.id;
    insert into genjobs.erasures (user_id) values (old.id) on conflict do nothing;
    if genjobs.may_fold() then
        perform genjobs.erase_totals();
    end if;
    return null;
end
$$;

-- Takes those of the jobs of which the log has no event into the log, as kind known, and into totals and histograms, as one
-- change: nothing of it waits to be folded, but while the totals are made anew and have not come that far. A writer who
-- changes one of them meanwhile adds the event of that change. Waits for a fold under way.
create or replace function genjobs.take_in(p_job_ids uuid[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
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
    perform genjobs.fold_or_set_aside('0', before_id, '0', last_id, given.histogram)
    from (values (false), (true)) as given (histogram)
    cross join lateral genjobs.horizon(given.histogram) as since
    where since.transaction_id > '0';
end
$$;

revoke all on function genjobs.fold_batch(integer, boolean), genjobs.fold(integer, integer, boolean),
    genjobs.fold_next(integer, boolean), genjobs.erase_person(), genjobs.take_in(uuid[])
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127060300') on conflict do nothing;
