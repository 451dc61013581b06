-- How workers take jobs. Only service_role may.
-- Whoever changes a row of the queue, of a lease or of an attempt holds the job's row. Nothing here waits for the row of a
-- job, a project or a person: what others hold is skipped, and comes with the next call.

create or replace function genjobs.refuse_snapshots() returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Workers can claim and finish jobs only at isolation level read committed.'
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
-- queue and their own are locked, and no others: of several modes, the first jobs of all are chosen before any is locked, and
-- more of them where others hold those. Each mode has an index of its own order; projects, and people that are not full, are
-- looked for along it. One plan is made once, and the settings leave it no other way than along these indexes, however few
-- jobs were waiting when it was made.
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
set enable_sort = off
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
    wanted bigint := p_limit;
    candidates uuid[];
    picked uuid[];
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
    loop
        candidates := array(
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
                limit wanted
            ) as next
            order by next.turn, next.queued_at, next.job_id
            limit wanted
        );
        picked := array(
            select queued.job_id
            from unnest(candidates) with ordinality as candidate (job_id, place)
            join genjobs.job_queue as queued on queued.job_id = candidate.job_id
            join public.generation_jobs as job on job.id = queued.job_id and job.status = 'queued'
            order by candidate.place
            limit p_limit
            for update of queued skip locked
            for no key update of job skip locked
        );
        exit when cardinality(picked) = p_limit or cardinality(candidates) < wanted;
        wanted := wanted * 4;
    end loop;
    return picked;
end
$$;

-- The next p_limit jobs: from the turn that is served on, and where those are too few, of all.
create or replace function genjobs.pick_in_turn(
    p_limit integer, p_modes text[], p_project_ids uuid[], p_full_people uuid[]
)
returns uuid[]
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    served bigint;
    picked uuid[];
begin
    select case when exists (select from genjobs.job_queue as queued where queued.turn < 0) then -1 else turn.last_value end
    into served
    from genjobs.queue_turn as turn;
    picked := genjobs.pick_jobs(p_limit, p_modes, p_project_ids, served, p_full_people);
    if cardinality(picked) < p_limit and served >= 0 then
        picked := genjobs.pick_jobs(p_limit, p_modes, p_project_ids, -1, p_full_people);
    end if;
    return picked;
end
$$;

-- Notes from which turn on claims look first. It may go back: a job that was queued by a long transaction stands behind it
-- until it is noted anew. Rows at the head that tell of no queued job, since somebody wrote past the triggers, are thrown
-- out, and leases whose worker has no row are given one that has run out. Rows of waiting jobs are not locked: other claims
-- would pass them over. It looks by key only: plans that were made while the queue was empty serve when it is long.
create or replace function genjobs.note_turn() returns void
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    stale uuid[];
begin
    select array_agg(head.job_id) into stale
    from (
        select queued.job_id
        from genjobs.job_queue as queued
        order by queued.turn, queued.queued_at, queued.job_id
        limit 100
    ) as head
    where not exists (
        select from public.generation_jobs as job where job.id = head.job_id and job.status = 'queued'
    );
    if stale is not null then
        stale := array(
            select queued.job_id from genjobs.job_queue as queued where queued.job_id = any (stale) for update skip locked
        );
        delete from genjobs.job_queue as queued where queued.job_id = any (stale);
    end if;
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

-- Moves claimed jobs to running where they cannot be moved together, and returns those that were. Where a trigger of the
-- project's own refuses one, it waits for a minute, and the others go on.
create or replace function genjobs.start_one_by_one(p_job_ids uuid[]) returns uuid[]
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    claimed uuid;
    started uuid[] := '{}';
begin
    foreach claimed in array p_job_ids loop
        begin
            update public.generation_jobs as job set status = 'running' where job.id = claimed;
            started := started || claimed;
        exception when others then
            if not genjobs.is_refusal(sqlstate) then
                raise;
            end if;
            raise warning 'Job % could not be started and will be retried in a minute: % (%)', claimed, sqlerrm, sqlstate;
            delete from genjobs.job_leases as lease where lease.job_id = claimed;
            insert into genjobs.job_delays (job_id, due_at) values (claimed, clock_timestamp() + interval '1 minute');
        end;
    end loop;
    return started;
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
    picked uuid[];
begin
    perform genjobs.refuse_unless(
        p_worker_id is not null,
        'A claim needs the id of its worker.', 'Pass a uuid as p_worker_id, a new one for each process.'
    );
    perform genjobs.refuse_unless(
        p_limit between 1 and 1000, 'A claim takes 1 to 1000 jobs.', 'Pass a p_limit from 1 to 1000.'
    );
    perform genjobs.refuse_unless(
        p_lease_seconds between 5 and 3600, 'A lease must be 5 to 3600 seconds.', 'Pass p_lease_seconds from 5 to 3600.'
    );
    perform genjobs.refuse_snapshots();
    lock table public.generation_jobs in row exclusive mode; -- before any row, as whoever truncates the table does
    perform genjobs.keep_worker(p_worker_id, p_lease_seconds);
    perform genjobs.rescue_jobs(100);
    perform genjobs.queue_due();
    if genjobs.has_limits() then
        picked := genjobs.pick_within_limits(p_limit, p_modes, p_project_ids);
    else
        picked := genjobs.pick_in_turn(p_limit, p_modes, p_project_ids, '{}');
    end if;
    if random() < 0.03 or cardinality(picked) < p_limit then
        perform genjobs.note_turn();
    end if;
    if cardinality(picked) < p_limit and current_setting('genjobs.listens', true) = 'on' then
        perform setval('genjobs.listening_until', extract(epoch from clock_timestamp())::bigint + 5);
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
    begin
        update public.generation_jobs as job set status = 'running' where job.id = any (picked);
    exception when others then
        if not genjobs.is_refusal(sqlstate) then
            raise;
        end if;
        picked := genjobs.start_one_by_one(picked);
    end;
    perform set_config('genjobs.queue_is_kept', 'off', true);
    return query
    select
        job.id, job.user_id, job.project_id, job.status, job.mode, job.input_asset_id, job.error, job.cost_cents,
        job.created_at, job.updated_at, lease, coalesce(attempt.attempt, 1::smallint), options.timeout_seconds
    from public.generation_jobs as job
    left join genjobs.job_attempts as attempt on attempt.job_id = job.id
    left join genjobs.job_options as options on options.job_id = job.id
    where job.id = any (picked)
    order by array_position(picked, job.id);
end
$$;

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

revoke all on function
    genjobs.refuse_snapshots(),
    genjobs.keep_worker(uuid, integer),
    genjobs.pick_jobs(integer, text[], uuid[], bigint, uuid[]),
    genjobs.pick_in_turn(integer, text[], uuid[], uuid[]),
    genjobs.note_turn(),
    genjobs.start_one_by_one(uuid[]),
    genjobs.claim_jobs(uuid, integer, integer, text[], uuid[]),
    public.claim_generation_jobs(uuid, integer, integer, text[], uuid[])
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.claim_jobs(uuid, integer, integer, text[], uuid[]),
    public.claim_generation_jobs(uuid, integer, integer, text[], uuid[])
    to service_role;

insert into genjobs.schema_versions (version) values ('20261127133000') on conflict do nothing;
