-- What workers take jobs from. A job stands in job_queue while it is queued, and in job_leases while a worker holds it; a job
-- that was started by hand stands in neither. The triggers of the log keep both (record_events); whoever changes a row of
-- theirs holds the job's row, but for a claim, which skips what others hold.

-- Jobs are claimed by turn, then in the order in which they were queued. A person's next job has the turn after their last
-- one that waits, at the earliest the turn after the one that is served now among jobs of its mode. So whoever has three
-- jobs waits for three turns, however many jobs others have; and whoever comes one by one has one turn each.
create table if not exists genjobs.job_queue (
    job_id uuid primary key,
    user_id uuid not null,
    project_id uuid not null,
    turn bigint not null,
    queued_at timestamptz not null default clock_timestamp(),
    mode text not null
) with (autovacuum_vacuum_cost_delay = 0, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000);
create index if not exists idx_job_queue_turn on genjobs.job_queue (turn, queued_at, job_id);
create index if not exists idx_job_queue_mode on genjobs.job_queue (mode, turn, queued_at, job_id);
create index if not exists idx_job_queue_user on genjobs.job_queue (user_id, turn);

-- From which turn on claims look first: about the first that waits. Its value is no row, which would have a dead version
-- for each claim as long as any session holds a snapshot; those of claimed jobs are what it spares claims to pass.
create sequence if not exists genjobs.queue_turn as bigint minvalue 0 start with 0;

-- Until when a worker that has nothing to do waits to be notified, in seconds since 1970. Whoever queues jobs before that
-- notifies once and sets it to 0: a commit that notifies waits for every other that does. A notification can be missed, where
-- its transaction was rolled back, or had looked here before the worker came; workers therefore ask from time to time.
create sequence if not exists genjobs.listening_until as bigint minvalue 0 start with 0;

-- A row for each worker process. Its leases end when leased_until has passed; lost_jobs were taken from it then.
create table if not exists genjobs.workers (
    id uuid primary key,
    started_at timestamptz not null default clock_timestamp(),
    seen_at timestamptz not null default clock_timestamp(),
    leased_until timestamptz not null,
    lost_jobs integer not null default 0
);
create table if not exists genjobs.job_leases (
    job_id uuid primary key,
    token uuid not null,
    worker_id uuid not null,
    user_id uuid not null,
    turn bigint not null,
    claimed_at timestamptz not null default clock_timestamp(),
    mode text not null
);
create index if not exists idx_job_leases_worker on genjobs.job_leases (worker_id);
create index if not exists idx_job_leases_mode on genjobs.job_leases (mode, turn);

-- Leases of jobs that ended otherwise, by hand or since the worker was silent: what their workers spent is added once when
-- they tell it, for a week.
create table if not exists genjobs.lost_leases (
    job_id uuid primary key,
    token uuid not null,
    lost_at timestamptz not null default clock_timestamp()
);
create index if not exists idx_lost_leases_lost_at on genjobs.lost_leases (lost_at);

-- A row for each job that is one of several attempts. `attempt` counts from 1; a job that was cancelled, or that a worker
-- handed back, is not counted, its successor has the same number. `ending` says how the attempt ended where it was not done:
-- failed, lost with its worker, handed_back, cancelled.
create table if not exists genjobs.job_attempts (
    job_id uuid primary key,
    first_job_id uuid not null,
    retried_as uuid,
    attempt smallint not null,
    ending text
);
create index if not exists idx_job_attempts_first on genjobs.job_attempts (first_job_id, attempt);

-- Queued jobs that are not to be claimed before due_at.
create table if not exists genjobs.job_delays (
    job_id uuid primary key,
    due_at timestamptz not null
);
create index if not exists idx_job_delays_due on genjobs.job_delays (due_at);

-- What was asked for with a job, and its next attempts; a row only where something was. Jobs that are urgent have the turn
-- -1, before everybody's; the priority orders a person's own jobs.
create table if not exists genjobs.job_options (
    job_id uuid primary key,
    timeout_seconds integer,
    priority smallint not null default 0,
    max_attempts smallint,
    urgent boolean not null default false
);

-- The keys under which people created jobs, with what they asked for: given again, a key finds the job that exists.
create table if not exists genjobs.job_keys (
    user_id uuid not null,
    key text not null,
    first_job_id uuid not null,
    content jsonb not null,
    primary key (user_id, key)
);
create index if not exists idx_job_keys_first_job_id on genjobs.job_keys (first_job_id);

-- How far a running job is, as its worker last told.
create table if not exists genjobs.job_progress (
    job_id uuid primary key,
    percent smallint,
    message text,
    told_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- How many jobs workers may run at once, and how many attempts a job has. The limit of no user is everyone's who has none.
create table if not exists genjobs.mode_limits (
    mode text primary key,
    max_running integer,
    max_attempts smallint
);
create table if not exists genjobs.person_limits (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references auth.users (id) on delete cascade,
    max_running integer not null,
    constraint person_limits_user_id_key unique nulls not distinct (user_id)
);

-- Modes of before the limit of 100 characters are too long for an index.
create or replace function genjobs.queue_mode(p_mode text) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select left(p_mode, 100)
$$;

revoke all on table genjobs.job_queue, genjobs.workers, genjobs.job_leases, genjobs.lost_leases, genjobs.job_attempts,
    genjobs.job_delays, genjobs.job_options, genjobs.job_keys, genjobs.job_progress, genjobs.mode_limits,
    genjobs.person_limits
    from public, anon, authenticated, service_role;
revoke all on sequence genjobs.queue_turn, genjobs.listening_until from public, anon, authenticated, service_role;
revoke all on function genjobs.queue_mode(text) from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131250') on conflict do nothing;
