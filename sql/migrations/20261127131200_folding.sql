-- Folds in batches: writers do it from time to time, maintenance does it continuously. Also deletes the totals of deleted
-- people.

-- Tries once to get the fold's lock, which is held until the transaction ends. Only at isolation level read committed: at
-- stricter levels the snapshot may be older than the last fold.
create or replace function genjobs.may_fold() returns boolean
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    select current_setting('transaction_isolation') = 'read committed'
        and pg_try_advisory_xact_lock(hashtextextended('genjobs fold', 0))
$$;

create or replace function genjobs.erase_totals() returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    with gone as (
        delete from genjobs.erasures returning user_id
    )
    delete from genjobs.cost_totals as total
    using gone
    where total.user_id = gone.user_id
$$;

-- Folds at most the next p_events events and returns their number. The caller must hold the fold's lock and have checked
-- is_foldable().
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

-- Folds batches of p_events until nothing is left or p_milliseconds have passed. Returns whether nothing is left; null if
-- it may not fold.
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

-- Folds at most the next p_events events, after a fold in progress has ended, and returns their number: 0 if no event can
-- be folded yet.
create or replace function genjobs.fold_next(p_events integer, p_histogram boolean) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Events can be folded only at isolation level read committed.'
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

-- Called after a statement has written the events p_first_id to p_last_id, if the id of one of them is a multiple of
-- 4096: folds the next 8192 events, more if these took less than 20 ms, and also the histograms if one is a multiple of
-- 65536. The batch is larger than what was written since the last fold, so that the totals keep up with any number of
-- people. If the fold fails, the write does not: reads are right without the fold.
create or replace function genjobs.fold_sometimes(p_first_id bigint, p_last_id bigint) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform genjobs.fold(8192);
    if p_last_id / 65536 > (p_first_id - 1) / 65536 then
        perform genjobs.fold(131072, 0, true);
    end if;
exception when others then
    raise warning 'The totals were not folded after event %: % (%)', p_last_id, sqlerrm, sqlstate;
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

revoke all on function
    genjobs.may_fold(),
    genjobs.erase_totals(),
    genjobs.fold_batch(integer, boolean),
    genjobs.fold(integer, integer, boolean),
    genjobs.fold_next(integer, boolean),
    genjobs.fold_sometimes(bigint, bigint),
    genjobs.erase_person()
    from public, anon, authenticated, service_role;

create or replace trigger zz_erase_generation_job_totals
    after delete on auth.users
    for each row execute function genjobs.erase_person();

insert into genjobs.schema_versions (version) values ('20261127131200') on conflict do nothing;
