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

-- The turn of the next job of a person. The turn that is served now is the last that was claimed of those that run, or the
-- first that waits: in the same mode, since workers may serve modes at different speeds.
create or replace function genjobs.next_turn(p_user_id uuid, p_mode text) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return (
        select coalesce(greatest(
            (select max(queued.turn) from genjobs.job_queue as queued where queued.user_id = p_user_id),
            (select max(lease.turn) from genjobs.job_leases as lease where lease.mode = left(p_mode, 100)),
            coalesce(
                (
                    select min(queued.turn)
                    from genjobs.job_queue as queued
                    where queued.mode = left(p_mode, 100) and queued.turn >= begin.last_value
                ),
                (select min(queued.turn) from genjobs.job_queue as queued where queued.turn >= begin.last_value)
            )
        ) + 1, 0)
        from genjobs.queue_turn as begin
    );
end
$$;

-- Gives the places that a person has in the queue to their jobs anew: by priority, then as before. Of those jobs, p_job_ids
-- are newly queued; others change places with them only where they are among the first 10,000.
create or replace function genjobs.prioritise(p_user_id uuid, p_job_ids uuid[]) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    with first as materialized (
        select queued.job_id, queued.turn, queued.queued_at
        from genjobs.job_queue as queued
        where queued.user_id = p_user_id and queued.turn >= 0 and queued.job_id <> all (p_job_ids)
        order by queued.turn
        limit 10000
        for update skip locked
    ),
    waiting as (
        select first.job_id, first.turn, first.queued_at from first
        union all
        select queued.job_id, queued.turn, queued.queued_at
        from genjobs.job_queue as queued
        where queued.job_id = any (p_job_ids) and queued.user_id = p_user_id and queued.turn >= 0
    ),
    ranked as (
        select
            waiting.job_id,
            row_number() over (
                order by coalesce(options.priority, 0) desc, waiting.turn, waiting.queued_at, waiting.job_id
            ) as place
        from waiting
        left join genjobs.job_options as options on options.job_id = waiting.job_id
    ),
    places as (
        select waiting.turn, row_number() over (order by waiting.turn) as place from waiting
    )
    update genjobs.job_queue as queued
    set turn = places.turn
    from ranked
    join places on places.place = ranked.place
    where queued.job_id = ranked.job_id and queued.turn <> places.turn
$$;

-- Gives newly queued jobs the places that their options ask for.
create or replace function genjobs.place_jobs(p_job_ids uuid[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    person uuid;
begin
    if not exists (
        select from genjobs.job_options as options
        where options.job_id = any (p_job_ids) and (options.urgent or options.priority <> 0)
    ) then
        return;
    end if;
    update genjobs.job_queue as queued
    set turn = -1
    from genjobs.job_options as options
    where options.job_id = queued.job_id and options.urgent and queued.job_id = any (p_job_ids);
    for person in
        select distinct queued.user_id from genjobs.job_queue as queued
        where queued.job_id = any (p_job_ids)
        order by queued.user_id
    loop
        perform genjobs.prioritise(person, p_job_ids);
    end loop;
end
$$;

-- Queues those of the jobs that are queued and not in the queue yet. It does not wait for someone who is moving one of them:
-- that job's row is there until they commit.
create or replace function genjobs.queue_jobs(p_job_ids uuid[]) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into genjobs.job_queue (job_id, user_id, project_id, turn, mode)
    select
        job.id, job.user_id, job.project_id,
        person.turn - 1 + row_number() over (partition by job.user_id order by job.created_at, job.id),
        genjobs.queue_mode(job.mode)
    from (
        select owner.user_id, genjobs.next_turn(owner.user_id, owner.mode) as turn
        from (
            select job.user_id, min(job.mode) as mode
            from public.generation_jobs as job
            where job.id = any (p_job_ids)
            group by job.user_id
        ) as owner
    ) as person
    join public.generation_jobs as job on job.user_id = person.user_id
    where job.id = any (p_job_ids)
        and job.status = 'queued'
        and not exists (select from genjobs.job_queue as queued where queued.job_id = job.id)
    on conflict (job_id) do nothing;
    select genjobs.place_jobs(p_job_ids)
$$;

-- Wakes the workers that wait for jobs.
create or replace function genjobs.notify_workers() returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform setval('genjobs.listening_until', 0, false);
    notify genjobs_queued;
end
$$;

-- A job whose id was changed keeps all that is known of it.
create or replace function genjobs.rename_job(p_old uuid, p_new uuid) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    update genjobs.job_queue as queued set job_id = p_new where queued.job_id = p_old;
    update genjobs.job_delays as delayed set job_id = p_new where delayed.job_id = p_old;
    update genjobs.job_leases as lease set job_id = p_new where lease.job_id = p_old;
    update genjobs.lost_leases as lease set job_id = p_new where lease.job_id = p_old;
    update genjobs.job_attempts as attempt set retried_as = p_new
    where attempt.retried_as = p_old
        and attempt.first_job_id = (select own.first_job_id from genjobs.job_attempts as own where own.job_id = p_old);
    update genjobs.job_attempts as attempt set job_id = p_new where attempt.job_id = p_old;
    update genjobs.job_attempts as attempt set first_job_id = p_new where attempt.first_job_id = p_old;
    update genjobs.job_options as options set job_id = p_new where options.job_id = p_old;
    update genjobs.job_keys as key set first_job_id = p_new where key.first_job_id = p_old;
    update genjobs.job_progress as progress set job_id = p_new where progress.job_id = p_old;
$$;

-- What a change of a job means for the queue. A job that was moved leaves it, or its worker loses it; one that now belongs
-- to somebody else waits for a turn of theirs.
create or replace function genjobs.follow_change(p_old public.generation_jobs, p_new public.generation_jobs) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_new.id <> p_old.id then
        perform genjobs.rename_job(p_old.id, p_new.id);
    end if;
    if p_new.status <> p_old.status then
        if p_old.status = 'running' then
            with lost as (
                delete from genjobs.job_leases as lease where lease.job_id = p_new.id returning lease.job_id, lease.token
            )
            insert into genjobs.lost_leases (job_id, token) select lost.job_id, lost.token from lost;
            if found then
                delete from genjobs.job_progress as progress where progress.job_id = p_new.id;
            end if;
            return;
        end if;
        delete from genjobs.job_queue as queued where queued.job_id = p_new.id;
        if not found then
            delete from genjobs.job_delays as delayed where delayed.job_id = p_new.id;
        end if;
    elsif p_new.status = 'queued' then
        update genjobs.job_queue as queued
        set user_id = p_new.user_id,
            project_id = p_new.project_id,
            turn = case
                when p_new.user_id = p_old.user_id then queued.turn
                else genjobs.next_turn(p_new.user_id, p_new.mode)
            end,
            mode = genjobs.queue_mode(p_new.mode)
        where queued.job_id = p_new.id;
    elsif p_new.user_id <> p_old.user_id then
        update genjobs.job_leases as lease set user_id = p_new.user_id where lease.job_id = p_new.id;
    end if;
end
$$;

revoke all on table genjobs.job_queue, genjobs.workers, genjobs.job_leases, genjobs.lost_leases, genjobs.job_attempts,
    genjobs.job_delays, genjobs.job_options, genjobs.job_keys, genjobs.job_progress, genjobs.mode_limits,
    genjobs.person_limits
    from public, anon, authenticated, service_role;
revoke all on sequence genjobs.queue_turn, genjobs.listening_until from public, anon, authenticated, service_role;
revoke all on function
    genjobs.queue_mode(text),
    genjobs.next_turn(uuid, text),
    genjobs.prioritise(uuid, uuid[]),
    genjobs.place_jobs(uuid[]),
    genjobs.queue_jobs(uuid[]),
    genjobs.notify_workers(),
    genjobs.rename_job(uuid, uuid),
    genjobs.follow_change(public.generation_jobs, public.generation_jobs)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131250') on conflict do nothing;
