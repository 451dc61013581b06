-- Totals of jobs and cents, folded from the log by whoever writes, now and then, and never needed for a right answer:
-- every read adds the events behind the horizon. What is before the horizon was finished for every snapshot when it
-- moved, so nothing can appear there later.

-- A row is a day in UTC; its arrays hold, for each quarter of an hour (0 to 95) in which jobs were created, the running
-- sums of the day up to the end of that quarter. Any stretch of the day that begins and ends on a quarter is the
-- difference of two elements. project_id is the nil UUID for all of the user's projects; cost_bucket is -1 for jobs of any cost.
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
revoke all on table genjobs.cost_totals from public, anon, authenticated, service_role;

-- Events up to (transaction_id, event_id) are in the totals, and those of transaction 0 with their own writing; in the histograms, which are folded more rarely, up to
-- theirs. `cluster` tells when the database has been moved to a server that counts transactions anew; `complete` when
-- every job older than the log is in it.
create table if not exists genjobs.fold_state (
    only_row boolean primary key default true check (only_row),
    transaction_id xid8 not null default '1',
    event_id bigint not null default 0,
    histogram_transaction_id xid8 not null default '1',
    histogram_event_id bigint not null default 0,
    last_event_id bigint not null default 0,
    cluster bigint not null,
    complete boolean not null
);
revoke all on table genjobs.fold_state from public, anon, authenticated, service_role;
insert into genjobs.fold_state (cluster, complete)
select
    system.system_identifier,
    not exists (select from public.generation_jobs) and not exists (select from public.generation_job_events)
from pg_catalog.pg_control_system() as system
on conflict do nothing;

insert into genjobs.schema_versions (version) values ('20261124090100') on conflict do nothing;
