-- The queue from which workers claim jobs. A job is in job_queue while it is queued, and in job_leases while a worker
-- holds it; a job that was started by hand is in neither. The triggers of the log keep both up to date (record_events).
-- Whoever changes a row of theirs must hold a lock on the job's row; only a claim takes the row of the queue first, and
-- skips rows that others hold.

-- Jobs are claimed by turn, then in the order in which they were queued. A person's next job gets the turn after that of
-- their last waiting job, but at least the turn after the one that claims have reached (reached_turns). So a person with
-- three jobs waits for three turns, however many jobs others have, and a person who adds jobs one at a time waits one turn
-- for each.
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

-- The turn from which claims start to look: about that of the first waiting job, so that claims need not pass the dead
-- rows of claimed jobs. It is a sequence, because a row would leave a dead version for each claim while any session holds
-- a snapshot.
create sequence if not exists genjobs.queue_turn as bigint minvalue 0 start with 0;

-- Until when an idle worker waits for a notification, in seconds since 1970. Whoever queues jobs before that time
-- notifies once and sets it to 0, because commits that notify wait for each other. A notification can be missed, if its
-- transaction was rolled back or had read this value before the worker set it; so workers also poll from time to time.
create sequence if not exists genjobs.listening_until as bigint minvalue 0 start with 0;

-- One row for each worker process. Its leases end at leased_until; lost_jobs counts the jobs that it lost because they
-- ended.
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
    claimed_at timestamptz not null default clock_timestamp(),
    mode text not null
);
create index if not exists idx_job_leases_worker on genjobs.job_leases (worker_id);

-- Leases of jobs that were ended by hand or because their worker was silent. For a week, the worker can still report what
-- it spent, which is then added to the job once.
create table if not exists genjobs.lost_leases (
    job_id uuid primary key,
    token uuid not null,
    lost_at timestamptz not null default clock_timestamp()
);
create index if not exists idx_lost_leases_lost_at on genjobs.lost_leases (lost_at);

-- A row for each job that is one of several attempts. `attempt` counts from 1; after a job that was cancelled or handed
-- back by its worker, the next attempt has the same number. `ending` says how an attempt ended that did not succeed:
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

-- The options of a job, copied to its next attempts; there is a row only if an option was given. Urgent jobs have the
-- turn -1, before everybody's; the priority orders a person's own jobs.
create table if not exists genjobs.job_options (
    job_id uuid primary key,
    timeout_seconds integer,
    priority smallint not null default 0,
    max_attempts smallint,
    urgent boolean not null default false
);

-- The keys under which people created jobs, with the content of the job: if a key is used again, it finds the existing
-- job.
create table if not exists genjobs.job_keys (
    user_id uuid not null,
    key text not null,
    first_job_id uuid not null,
    content jsonb not null,
    primary key (user_id, key)
);
create index if not exists idx_job_keys_first_job_id on genjobs.job_keys (first_job_id);

-- The progress of a running job, as its worker last reported it.
create table if not exists genjobs.job_progress (
    job_id uuid primary key,
    percent smallint,
    message text,
    told_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- How many jobs workers may run at once, and how many attempts a job has. The limit without a user_id is that of everyone
-- who has none of their own.
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

-- Modes that are older than the limit of 100 characters may be too long for an index.
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
