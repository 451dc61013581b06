-- Whether the totals are those of the jobs that are here. Transaction ids, by which the log is folded, mean nothing on
-- another server, and data that is restored into a database brings totals of other jobs. Both are noticed by where the
-- totals were made, and stay noticed until the totals are made anew.

-- One row for each place whose totals are in here: `cluster` is the server's system identifier. A dump that is restored
-- brings its row along. Only where there is one row, of this server, are the totals relied on; a row of 0 says that they
-- are in doubt.
create table if not exists genjobs.totals_origins (
    id uuid primary key default gen_random_uuid(),
    cluster bigint not null
);
revoke all on table genjobs.totals_origins from public, anon, authenticated, service_role;

-- Whether the log has events that no fold has seen although they are behind the horizon: a server that counts
-- transactions anew wrote them. Reads the log's index once.
create or replace function genjobs.has_missed_events() returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select
        from genjobs.fold_state as state
        join public.generation_job_events as event
            on event.id > state.last_event_id
            and event.transaction_id > '0'
            and (event.transaction_id, event.id) <= (state.transaction_id, state.event_id)
    )
$$;

insert into genjobs.totals_origins (cluster)
select case when genjobs.has_missed_events() then 0 else state.cluster end
from genjobs.fold_state as state
where not exists (select from genjobs.totals_origins);

-- complete; filling, while jobs or events are still being taken in; moved, where they were made elsewhere, or reach beyond
-- what this server has counted; doubted. Only complete totals are read; else the jobs are.
create or replace function genjobs.totals_state() returns text
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select case
        when origins.clusters = array[0::bigint] then 'doubted'
        when origins.clusters is distinct from array[system.system_identifier]
            or state.complete is null
            or greatest(state.transaction_id, state.histogram_transaction_id)
                > pg_snapshot_xmax(pg_current_snapshot())
            then 'moved'
        when not state.complete then 'filling'
        else 'complete'
    end
    from pg_catalog.pg_control_system() as system
    cross join (select array_agg(origin.cluster) as clusters from genjobs.totals_origins as origin) as origins
    left join genjobs.fold_state as state on true
$$;

-- Where the totals and the histograms stand, and whether they can be relied on in this database.
create or replace function genjobs.horizon(
    p_histogram boolean, out transaction_id xid8, out event_id bigint, out complete boolean
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        case when p_histogram then state.histogram_transaction_id else state.transaction_id end,
        case when p_histogram then state.histogram_event_id else state.event_id end,
        genjobs.totals_state() = 'complete'
    from (values (true)) as given (only_row)
    left join genjobs.fold_state as state on state.only_row
$$;

-- Has everything read from the jobs until the totals are made anew. Waits for a fold under way.
create or replace function genjobs.doubt_totals() returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    delete from genjobs.totals_origins;
    insert into genjobs.totals_origins (cluster) values (0);
end
$$;

-- Nothing that is folded on another server is folded on here. A row of 0 beside the other's says so on that server, too,
-- should the database return to it.
create or replace function genjobs.is_foldable() returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    state constant text := genjobs.totals_state();
begin
    if state = 'moved' and not exists (select from genjobs.totals_origins as origin where origin.cluster = 0) then
        insert into genjobs.totals_origins (cluster) values (0);
    end if;
    return state in ('complete', 'filling');
end
$$;

revoke all on function genjobs.has_missed_events(), genjobs.totals_state(), genjobs.horizon(boolean),
    genjobs.doubt_totals(), genjobs.is_foldable()
    from public, anon, authenticated, service_role;
drop function if exists genjobs.settle_on_cluster();

insert into genjobs.schema_versions (version) values ('20261127060100') on conflict do nothing;
