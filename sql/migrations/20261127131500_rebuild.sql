-- Rebuilds the totals, on another server or if they are in doubt. The steps, each of which may be a transaction of its
-- own: doubt_totals() and restart_back_fill(), back_fill() until the log agrees with the jobs, renumber_events() until
-- none is left, begin_totals(), fold_next() until nothing is left, finish_back_fill(). Meanwhile, reads use the jobs.

-- Sets the transaction id of up to p_events events to 2, which no transaction here has, if they have an id of another
-- server that is ahead of this server's ids: otherwise they could not be folded before this server reaches that id.
-- Returns how many.
create or replace function genjobs.renumber_events(p_events integer) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    renumbered bigint;
begin
    update public.generation_job_events as event
    set transaction_id = '2'
    from (
        select ahead.job_id, ahead.id
        from public.generation_job_events as ahead
        where ahead.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
            and ahead.transaction_id <> pg_current_xact_id()
        order by ahead.transaction_id desc
        limit p_events
    ) as foreign_event
    where event.job_id = foreign_event.job_id and event.id = foreign_event.id;
    get diagnostics renumbered = row_count;
    return renumbered;
end
$$;

-- Empties the totals and histograms and sets their horizon before the first event, unless they are this server's already.
-- Also empties the list of projects without a hard budget, and makes new event ids start after the restored ones. Returns
-- whether it did so.
create or replace function genjobs.begin_totals() returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    numbers constant regclass := 'public.generation_job_events_id_seq';
    last_id bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    if genjobs.totals_state() not in ('moved', 'doubted') then
        return false;
    end if;
    select coalesce(max(event.id), 0) into last_id from public.generation_job_events as event;
    if last_id > coalesce(pg_sequence_last_value(numbers), 0) then
        perform setval(numbers, last_id);
    end if;
    delete from genjobs.cost_totals;
    delete from genjobs.set_aside_events;
    delete from genjobs.erasures;
    delete from genjobs.unlimited_projects;
    delete from genjobs.totals_origins;
    insert into genjobs.totals_origins (cluster)
    select system.system_identifier from pg_control_system() as system;
    insert into genjobs.fold_state as state (
        transaction_id, event_id, histogram_transaction_id, histogram_event_id, last_event_id, complete
    )
    values ('0', 0, '0', 0, last_id, false)
    on conflict (only_row) do update
    set transaction_id = '0',
        event_id = 0,
        histogram_transaction_id = '0',
        histogram_event_id = 0,
        last_event_id = excluded.last_event_id,
        complete = false;
    return true;
end
$$;

-- All steps in one transaction, while writers continue.
create or replace function genjobs.rebuild_cost_totals() returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The totals can be rebuilt only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform genjobs.doubt_totals();
    perform genjobs.restart_back_fill();
    while not genjobs.back_fill(1000000) loop
    end loop;
    while genjobs.renumber_events(1000000) > 0 loop
    end loop;
    perform genjobs.begin_totals();
    while genjobs.fold_next(1000000, false) > 0 loop
    end loop;
    while genjobs.fold_next(1000000, true) > 0 loop
    end loop;
    perform genjobs.finish_back_fill();
end
$$;

revoke all on function genjobs.renumber_events(integer), genjobs.begin_totals(), genjobs.rebuild_cost_totals()
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131500') on conflict do nothing;
