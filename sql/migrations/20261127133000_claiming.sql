-- How workers take jobs, keep them and end them. Only service_role may.
-- Whoever changes a row of the queue, of a lease or of an attempt holds the job's row. Nothing here waits for the row of a
-- job, a project or a person: what others hold is skipped, and comes with the next call.

create or replace function genjobs.refuse_snapshots() returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Workers claim and finish jobs at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
end
$$;

-- Says that a worker process lives: its leases hold for p_lease_seconds from now. Called by every claim: the row is written
-- only once half of that time is over.
create or replace function genjobs.keep_worker(p_worker_id uuid, p_lease_seconds integer) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    until constant timestamptz := clock_timestamp() + p_lease_seconds * interval '1 second';
begin
    if exists (
        select from genjobs.workers as worker
        where worker.id = p_worker_id and worker.leased_until between until - p_lease_seconds * interval '0.5 second' and until
    ) then
        return;
    end if;
    insert into genjobs.workers as worker (id, leased_until)
    values (p_worker_id, until)
    on conflict (id) do update set seen_at = clock_timestamp(), leased_until = excluded.leased_until;
end
$$;

-- The next p_limit jobs in the queue that nobody else holds, from the turn p_from on, in their order; their rows in the
-- queue and their own are locked. Each mode has an index of its own order; projects, and people that are not full, are
-- looked for along it.
create or replace function genjobs.pick_jobs(
    p_limit integer, p_modes text[], p_project_ids uuid[], p_from bigint, p_full_people uuid[]
)
returns uuid[]
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
begin
    if p_modes is null then
        return array(
            select queued.job_id
            from genjobs.job_queue as queued
            join public.generation_jobs as job on job.id = queued.job_id and job.status = 'queued'
            where queued.turn >= p_from
                and (p_project_ids is null or queued.project_id = any (p_project_ids))
                and queued.user_id <> all (p_full_people)
            order by queued.turn, queued.queued_at, queued.job_id
            limit p_limit
            for update of queued skip locked
            for no key update of job skip locked
        );
    end if;
    return array(
        select next.job_id
        from (select distinct genjobs.queue_mode(given.mode) as mode from unnest(p_modes) as given (mode)) as chosen
        cross join lateral (
            select queued.job_id, queued.turn, queued.queued_at
            from genjobs.job_queue as queued
            join public.generation_jobs as job on job.id = queued.job_id and job.status = 'queued'
            where queued.mode = chosen.mode
                and queued.turn >= p_from
                and (p_project_ids is null or queued.project_id = any (p_project_ids))
                and queued.user_id <> all (p_full_people)
            order by queued.turn, queued.queued_at, queued.job_id
            limit p_limit
            for update of queued skip locked
            for no key update of job skip locked
        ) as next
        order by next.turn, next.queued_at, next.job_id
        limit p_limit
    );
end
$$;

-- Notes from which turn on claims look first. It may go back: a job that was queued by a long transaction stands behind it
-- until it is noted anew. Rows at the head that tell of no queued job, since somebody wrote past the triggers, are thrown
-- out, and leases whose worker has no row are given one that has run out.
create or replace function genjobs.note_turn() returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from genjobs.job_queue as stale
    where stale.job_id in (
        select head.job_id
        from (
            select queued.job_id
            from genjobs.job_queue as queued
            order by queued.turn, queued.queued_at, queued.job_id
            limit 100
            for update skip locked
        ) as head
        where not exists (
            select from public.generation_jobs as job where job.id = head.job_id and job.status = 'queued'
        )
    );
    delete from genjobs.lost_leases as lease where lease.lost_at < clock_timestamp() - interval '7 days';
    insert into genjobs.workers (id, leased_until)
    select distinct lease.worker_id, timestamptz '-infinity'
    from genjobs.job_leases as lease
    where not exists (select from genjobs.workers as worker where worker.id = lease.worker_id)
    on conflict do nothing;
    perform setval('genjobs.queue_turn', first.turn, true)
    from (select min(queued.turn) as turn from genjobs.job_queue as queued where queued.turn >= 0) as first
    where first.turn is not null;
end
$$;

-- Gives p_limit queued jobs to a worker, none to two, and moves them to running, in the order in which they were waiting.
-- The token is the worker's proof that it still holds the job. As it takes the jobs out of the queue at once,
-- queue_is_kept spares the trigger of each row to do so; not where another trigger of that table moves further jobs.
create or replace function genjobs.claim_jobs(
    p_worker_id uuid, p_limit integer, p_lease_seconds integer, p_modes text[], p_project_ids uuid[]
)
returns table (
    id uuid, user_id uuid, project_id uuid, status text, mode text, input_asset_id uuid, error text, cost_cents integer,
    created_at timestamptz, updated_at timestamptz, lease_token uuid, attempt smallint, timeout_seconds integer
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    lease constant uuid := gen_random_uuid();
    are_limited constant boolean := genjobs.has_limits();
    modes constant text[] := case when are_limited then genjobs.open_modes(p_modes) else p_modes end;
    full_people constant uuid[] := case when are_limited then genjobs.full_people() else '{}' end;
    served bigint;
    picked uuid[];
begin
    perform genjobs.refuse_unless(p_worker_id is not null, 'A claim names its worker.', 'Pass a uuid as p_worker_id, a new one for each process.');
    perform genjobs.refuse_unless(
        p_limit between 1 and 1000, 'A claim takes 1 to 1000 jobs.', 'Pass a p_limit from 1 to 1000.'
    );
    perform genjobs.refuse_unless(
        p_lease_seconds between 5 and 3600, 'A lease takes 5 to 3600 seconds.', 'Pass p_lease_seconds from 5 to 3600.'
    );
    perform genjobs.refuse_snapshots();
    lock table public.generation_jobs in row exclusive mode; -- before any row, as whoever truncates the table does
    perform genjobs.keep_worker(p_worker_id, p_lease_seconds);
    perform genjobs.rescue_jobs(100);
    perform genjobs.queue_due();
    select case when exists (select from genjobs.job_queue as queued where queued.turn < 0) then -1 else turn.last_value end
    into served
    from genjobs.queue_turn as turn;
    picked := genjobs.pick_jobs(p_limit, modes, p_project_ids, served, full_people);
    if cardinality(picked) < p_limit and served >= 0 then
        picked := genjobs.pick_jobs(p_limit, modes, p_project_ids, -1, full_people);
    end if;
    if random() < 0.03 or cardinality(picked) < p_limit then
        perform genjobs.note_turn();
    end if;
    if cardinality(picked) < p_limit and current_setting('genjobs.listens', true) = 'on' then
        perform setval('genjobs.listening_until', extract(epoch from clock_timestamp())::bigint + 5);
    end if;
    if are_limited then
        picked := genjobs.within_limits(picked);
    end if;
    if cardinality(picked) = 0 then
        return;
    end if;
    insert into genjobs.job_leases (job_id, token, worker_id, user_id, turn, mode)
    select queued.job_id, lease, p_worker_id, queued.user_id, queued.turn, queued.mode
    from genjobs.job_queue as queued
    where queued.job_id = any (picked);
    delete from genjobs.job_queue as queued where queued.job_id = any (picked);
    perform set_config('genjobs.queue_is_kept', 'on', true);
    return query
    with moved as (
        update public.generation_jobs as job
        set status = 'running'
        where job.id = any (picked)
        returning job.*
    )
    select
        moved.id, moved.user_id, moved.project_id, moved.status, moved.mode, moved.input_asset_id, moved.error,
        moved.cost_cents, moved.created_at, moved.updated_at, lease, coalesce(attempt.attempt, 1::smallint),
        options.timeout_seconds
    from moved
    left join genjobs.job_attempts as attempt on attempt.job_id = moved.id
    left join genjobs.job_options as options on options.job_id = moved.id
    order by array_position(picked, moved.id);
    perform set_config('genjobs.queue_is_kept', 'off', true);
end
$$;

-- How a job is to end, and what becomes of that.
do $$
begin
    if to_regtype('genjobs.ending') is null then
        create type genjobs.ending as (
            number bigint, job_id uuid, status text, cost_cents integer, error text, is_final boolean,
            outcome text, reason text
        );
    end if;
end
$$;

-- What becomes of each ending: finished; lost, where the job ended otherwise, or the token is not the job's; refused, with the reason, where no job can end like that; busy, where the job is not among p_held: somebody is
-- changing it, or deleting its project or its person. Such an ending is to be sent again.
create or replace function genjobs.judge_endings(
    p_held uuid[], p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[], p_finals boolean[]
)
returns genjobs.ending[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(
        (
            given.number, given.job_id, given.status, given.cost_cents, given.error, coalesce(given.is_final, false),
            case
                when lease.job_id is null or given.nth > 1 then 'lost'
                when flaw.reason is not null then 'refused'
                when given.job_id <> all (p_held) then 'busy'
                else 'finished'
            end,
            flaw.reason
        )::genjobs.ending
        order by given.number
    ), '{}')
    from (
        select given.*, row_number() over (partition by given.job_id, given.token order by given.number) as nth
        from unnest(p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals)
            with ordinality as given (job_id, token, status, cost_cents, error, is_final, number)
    ) as given
    left join (
        genjobs.job_leases as lease
        join public.generation_jobs as job on job.id = lease.job_id and job.status = 'running'
    ) on lease.job_id = given.job_id and lease.token = given.token
    cross join lateral (
        select case
            when given.status is null or given.status not in ('succeeded', 'failed', 'handed_back')
                then 'A job ends succeeded, failed or handed_back.'
            when given.cost_cents is null or given.cost_cents < 0 then 'A cost is 0 cents or more.'
            when length(given.error) > 100000 then 'An error has 100,000 characters at most.'
        end as reason
    ) as flaw
$$;

-- Adds to jobs that ended otherwise what the workers that had them spent, once.
create or replace function genjobs.add_lost_costs(
    p_held uuid[], p_job_ids uuid[], p_lease_tokens uuid[], p_cost_cents integer[]
)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    with told as (
        delete from genjobs.lost_leases as lease
        using unnest(p_job_ids, p_lease_tokens, p_cost_cents) as given (job_id, token, cost_cents)
        where lease.job_id = given.job_id and lease.token = given.token
            and lease.job_id = any (p_held)
            and given.cost_cents >= 0
        returning lease.job_id, given.cost_cents
    )
    update public.generation_jobs as job
    set cost_cents = least(job.cost_cents::bigint + told.cost_cents, 2147483647)
    from told
    where job.id = told.job_id and told.cost_cents > 0
$$;

-- Ends jobs that a worker holds, each for itself, and says what became of each. A job that failed is tried again, unless its
-- ending is final; one that is handed back fails, and waits again as a new job. All arrays have a place for each job;
-- p_errors and p_finals may be null.
create or replace function genjobs.finish_jobs(
    p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[], p_finals boolean[]
)
returns table (job_id uuid, outcome text, reason text)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    held uuid[];
    endings genjobs.ending[];
    failed record;
begin
    perform genjobs.refuse_unless(
        cardinality(p_job_ids) <= 1000
            and cardinality(p_job_ids) = all (array[
                cardinality(p_lease_tokens), cardinality(p_statuses), cardinality(p_cost_cents),
                coalesce(cardinality(p_errors), cardinality(p_job_ids)),
                coalesce(cardinality(p_finals), cardinality(p_job_ids))
            ]),
        'The arrays of a finish have one place for each job, for 1000 jobs at most.',
        'Pass p_job_ids, p_lease_tokens, p_statuses and p_cost_cents of one length; p_errors and p_finals likewise, or null.'
    );
    perform genjobs.refuse_snapshots();
    held := array(
        select job.id
        from public.generation_jobs as job
        where job.id = any (p_job_ids)
        for no key update of job skip locked
    );
    if array_remove(p_statuses, 'succeeded') <> '{}' then
        held := array( -- a retry asks for both, after the job
            select job.id
            from public.generation_jobs as job
            join public.projects as project on project.id = job.project_id
            join auth.users as person on person.id = job.user_id
            where job.id = any (held)
            for key share of project, person skip locked
        );
    end if;
    endings := genjobs.judge_endings(held, p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals);
    delete from genjobs.job_leases as lease
    using unnest(endings) as told
    where lease.job_id = told.job_id and told.outcome = 'finished';
    delete from genjobs.job_progress as progress
    using unnest(endings) as told
    where progress.job_id = told.job_id and told.outcome = 'finished';
    perform genjobs.add_lost_costs(held, p_job_ids, p_lease_tokens, p_cost_cents);
    perform set_config('genjobs.queue_is_kept', 'on', true);
    update public.generation_jobs as job
    set status = case told.status when 'succeeded' then 'succeeded' else 'failed' end,
        cost_cents = told.cost_cents,
        error = told.error
    from unnest(endings) as told
    where job.id = told.job_id and told.outcome = 'finished';
    perform set_config('genjobs.queue_is_kept', 'off', true);
    for failed in -- person by person: where a budget is a hard limit, each waits for that person's turn
        select job, told.status
        from unnest(endings) as told
        join public.generation_jobs as job on job.id = told.job_id
        where told.outcome = 'finished' and told.status <> 'succeeded' and not told.is_final
        order by job.user_id, told.number
    loop
        perform genjobs.retry_job(failed.job, failed.status);
    end loop;
    return query
    select told.job_id, told.outcome, case told.outcome when 'refused' then told.reason end
    from unnest(endings) as told
    order by told.number;
end
$$;

-- Keeps how far running jobs are: percents become 0 to 100, and of a message 200 characters are kept. Jobs that somebody
-- is ending are left out.
create or replace function genjobs.note_progress(
    p_job_ids uuid[], p_lease_tokens uuid[], p_percents integer[], p_messages text[]
)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if num_nonnulls(p_percents, p_messages) = 0 then
        return;
    end if;
    insert into genjobs.job_progress as progress (job_id, percent, message)
    select distinct on (held.job_id) held.job_id, least(greatest(held.percent, 0), 100), left(held.message, 200)
    from (
        select lease.job_id, given.percent, given.message
        from unnest(p_job_ids, p_lease_tokens, p_percents, p_messages) as given (job_id, token, percent, message)
        join genjobs.job_leases as lease on lease.job_id = given.job_id and lease.token = given.token
        where num_nonnulls(given.percent, given.message) > 0
        for key share of lease skip locked
    ) as held
    order by held.job_id
    on conflict (job_id) do update
    set percent = excluded.percent, message = excluded.message, told_at = clock_timestamp();
end
$$;

-- Says that a worker lives, and returns which of the jobs that it names are lost: they ended or were given to another. Jobs
-- that it holds and does not name, for as long as a lease takes, it never got: a claim whose answer was lost took them.
-- They wait again. p_percents and p_messages tell how far the jobs are; a place of nulls, or null for all, tells nothing new.
create or replace function genjobs.keep_leases(
    p_worker_id uuid, p_lease_seconds integer, p_job_ids uuid[], p_lease_tokens uuid[],
    p_percents integer[], p_messages text[]
)
returns table (lost_job_id uuid)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job public.generation_jobs;
begin
    perform genjobs.refuse_unless(
        p_worker_id is not null and p_lease_seconds between 5 and 3600
            and cardinality(p_job_ids) = all (array[
                cardinality(p_lease_tokens),
                coalesce(cardinality(p_percents), cardinality(p_job_ids)),
                coalesce(cardinality(p_messages), cardinality(p_job_ids))
            ]),
        'A heartbeat names its worker, a lease of 5 to 3600 seconds, and a token for each job.',
        'Pass p_worker_id, p_lease_seconds, and arrays of one length; p_percents and p_messages may be null.'
    );
    insert into genjobs.workers as worker (id, leased_until)
    values (p_worker_id, clock_timestamp() + p_lease_seconds * interval '1 second')
    on conflict (id) do update set seen_at = clock_timestamp(), leased_until = excluded.leased_until;
    for job in
        select held.*
        from genjobs.job_leases as lease
        join public.generation_jobs as held on held.id = lease.job_id and held.status = 'running'
        join public.projects as project on project.id = held.project_id
        join auth.users as person on person.id = held.user_id
        where lease.worker_id = p_worker_id
            and lease.job_id <> all (p_job_ids)
            and lease.claimed_at < clock_timestamp() - p_lease_seconds * interval '1 second'
        order by held.user_id
        for no key update of held skip locked
        for key share of project, person skip locked
    loop
        perform genjobs.give_up(job, 'handed_back', 'The claim''s answer did not reach its worker.');
    end loop;
    perform genjobs.note_progress(p_job_ids, p_lease_tokens, p_percents, p_messages);
    return query
    select given.job_id
    from unnest(p_job_ids, p_lease_tokens) as given (job_id, token)
    where not exists (
        select from genjobs.job_leases as lease where lease.job_id = given.job_id and lease.token = given.token
    );
end
$$;

-- What is wrong in the queue: missing, a job that is queued and not in it; stale, a row whose job is not queued, or that says
-- another user, project or mode; unheld, a lease whose job does not run.
create or replace function genjobs.compare_job_queue() returns table (job_id uuid, flaw text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select job.id, 'missing'
    from public.generation_jobs as job
    where job.status = 'queued'
        and not exists (select from genjobs.job_queue as queued where queued.job_id = job.id)
        and not exists (select from genjobs.job_delays as delayed where delayed.job_id = job.id)
    union all
    select queued.job_id, 'stale'
    from genjobs.job_queue as queued
    where not exists (
        select from public.generation_jobs as job
        where job.id = queued.job_id and job.status = 'queued'
            and (job.user_id, job.project_id, genjobs.queue_mode(job.mode))
                = (queued.user_id, queued.project_id, queued.mode)
    )
    union all
    select lease.job_id, 'unheld'
    from genjobs.job_leases as lease
    where not exists (
        select from public.generation_jobs as job where job.id = lease.job_id and job.status = 'running'
    )
$$;

-- Puts right what compare_job_queue finds, and returns how much it was. What others change meanwhile is left to them.
create or replace function genjobs.rebuild_job_queue() returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    flawed constant uuid[] := array(select found.job_id from genjobs.compare_job_queue() as found);
begin
    delete from genjobs.job_queue as queued where queued.job_id = any (flawed);
    delete from genjobs.job_leases as lease
    where lease.job_id = any (flawed)
        and not exists (
            select from public.generation_jobs as job where job.id = lease.job_id and job.status = 'running'
        );
    perform genjobs.queue_jobs(flawed);
    return cardinality(flawed);
end
$$;

-- The API.
create or replace function public.claim_generation_jobs(
    p_worker_id uuid, p_limit integer default 1, p_lease_seconds integer default 60,
    p_modes text[] default null, p_project_ids uuid[] default null
)
returns table (
    id uuid, user_id uuid, project_id uuid, status text, mode text, input_asset_id uuid, error text, cost_cents integer,
    created_at timestamptz, updated_at timestamptz, lease_token uuid, attempt smallint, timeout_seconds integer
)
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.claim_jobs(p_worker_id, p_limit, p_lease_seconds, p_modes, p_project_ids)
$$;

create or replace function public.finish_generation_jobs(
    p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[] default null,
    p_finals boolean[] default null
)
returns table (job_id uuid, outcome text, reason text)
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.finish_jobs(p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals)
$$;

create or replace function public.heartbeat_generation_workers(
    p_worker_id uuid, p_lease_seconds integer default 60, p_job_ids uuid[] default '{}', p_lease_tokens uuid[] default '{}',
    p_percents integer[] default null, p_messages text[] default null
)
returns table (lost_job_id uuid)
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.keep_leases(p_worker_id, p_lease_seconds, p_job_ids, p_lease_tokens, p_percents, p_messages)
$$;

revoke all on function
    genjobs.refuse_snapshots(),
    genjobs.keep_worker(uuid, integer),
    genjobs.pick_jobs(integer, text[], uuid[], bigint, uuid[]),
    genjobs.note_turn(),
    genjobs.note_progress(uuid[], uuid[], integer[], text[]),
    genjobs.compare_job_queue(),
    genjobs.rebuild_job_queue(),
    genjobs.claim_jobs(uuid, integer, integer, text[], uuid[]),
    genjobs.judge_endings(uuid[], uuid[], uuid[], text[], integer[], text[], boolean[]),
    genjobs.add_lost_costs(uuid[], uuid[], uuid[], integer[]),
    genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[]),
    genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[]),
    public.claim_generation_jobs(uuid, integer, integer, text[], uuid[]),
    public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[]),
    public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[])
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.claim_jobs(uuid, integer, integer, text[], uuid[]),
    genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[]),
    genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[]),
    public.claim_generation_jobs(uuid, integer, integer, text[], uuid[]),
    public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[]),
    public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[])
    to service_role;

-- What was queued before there was a queue.
do $$
begin
    perform genjobs.queue_jobs(array(select job.id from public.generation_jobs as job where job.status = 'queued'));
end
$$;

insert into genjobs.schema_versions (version) values ('20261127133000') on conflict do nothing;
