-- Totals of jobs and cents, folded from the log by writers from time to time. Answers are right without a fold: every
-- read adds the events after the horizon. When the horizon moves, everything before it is finished for every snapshot, so
-- no event can appear there later.

-- A row is a day in UTC; its arrays hold, for each quarter of an hour (0 to 95) in which jobs were created, the running
-- sums of the day up to the end of that quarter. Any stretch of the day that begins and ends on a quarter is the
-- difference of two elements. project_id is the nil UUID for all of the user's projects; cost_bucket is -1 for jobs of any
-- cost.
create table if not exists genjobs.cost_totals (
    user_id uuid not null,
    project_id uuid not null,
    cost_bucket smallint not null,
    day date not null,
    mode text not null,
    status text not null,
    deleted boolean not null,
    quarters smallint[] not null,
    jobs integer[] not null,
    cents bigint[] not null,
    primary key (user_id, project_id, cost_bucket, day, mode, status, deleted)
) with (fillfactor = 80);

-- Events up to (transaction_id, event_id) are in the totals; the histograms are folded less often and have their own
-- position. Events of transaction 0 are added to both in the transaction that writes them. `complete` says whether every
-- job that is older than the log is included.
create table if not exists genjobs.fold_state (
    only_row boolean primary key default true check (only_row),
    transaction_id xid8 not null default '1',
    event_id bigint not null default 0,
    histogram_transaction_id xid8 not null default '1',
    histogram_event_id bigint not null default 0,
    last_event_id bigint not null default 0,
    complete boolean not null
);

-- How far the back-fill is: it first adds the jobs that are older than the log, then compares the log with all jobs.
create table if not exists genjobs.back_fill_state (
    only_row boolean primary key default true check (only_row),
    job_created_at timestamptz not null default '-infinity',
    job_id uuid not null default '00000000-0000-0000-0000-000000000000',
    jobs bigint not null default 0,
    taken_in boolean not null default false,
    done boolean not null
);

-- Where the totals were made, since they are valid only on one server: the log is folded by transaction ids, which mean
-- nothing on another server, and data that is restored into a database brings totals of other jobs. One row for each
-- origin: `cluster` is the server's system identifier. A restored dump brings its row along. The totals are used only if
-- there is exactly one row, of this server; a row of 0 says that they are in doubt. Rebuilding the totals replaces all
-- rows.
create table if not exists genjobs.totals_origins (
    id uuid primary key default gen_random_uuid(),
    cluster bigint not null
);

-- Events that the totals or histograms cannot store: they are before the horizon, and every read counts them one by one.
create table if not exists genjobs.set_aside_events (
    user_id uuid not null,
    histogram boolean not null,
    job_id uuid not null,
    event_id bigint not null,
    set_aside_at timestamptz not null default clock_timestamp(),
    code text not null,
    reason text not null,
    primary key (user_id, histogram, job_id, event_id)
);

-- Deleted people: reads leave them out at once; their totals are deleted at once or by the next fold.
create table if not exists genjobs.erasures (
    user_id uuid primary key
);

revoke all on table genjobs.cost_totals, genjobs.fold_state, genjobs.back_fill_state, genjobs.totals_origins,
    genjobs.set_aside_events, genjobs.erasures
    from public, anon, authenticated, service_role;

-- Whether the log has events before the horizon that were never folded: they come from a server whose transaction ids
-- started again from a lower number. Reads the log's index once.
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

-- complete; filling, while jobs or events are still being added; moved, if the totals were made on another server, or
-- their horizon is ahead of this server's transaction ids; doubted. Reads use only complete totals, otherwise the jobs.
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

-- The last folded event of the totals or the histograms, and whether they can be used in this database.
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

-- Makes all reads use the jobs until the totals are rebuilt. Waits for a fold in progress.
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

-- Totals that were folded on another server are not continued here. A row of 0 beside that server's row makes that server
-- doubt them too, if the database returns to it.
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

-- Called by the first write of each session. If the totals come from another server, it marks them as doubtful for that
-- server too: if the database returns to it, the events written here may be before its horizon.
create or replace function genjobs.note_server() returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform genjobs.is_foldable();
    perform set_config('genjobs.server_noted', 'on', false);
end
$$;

revoke all on function
    genjobs.has_missed_events(),
    genjobs.totals_state(),
    genjobs.horizon(boolean),
    genjobs.doubt_totals(),
    genjobs.is_foldable(),
    genjobs.note_server()
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131000') on conflict do nothing;
