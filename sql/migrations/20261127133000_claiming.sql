-- How workers claim jobs. Only service_role may.
-- Whoever changes a row of the queue, of a lease or of an attempt holds a lock on the job's row. Nothing here waits for
-- the row of a job, a project or a person: rows that others hold are skipped, and are tried again by the next call.

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

-- Records that a worker process is alive: its leases last for p_lease_seconds from now. Every claim calls it, so it
-- writes the row only after half of that time.
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

-- The next p_limit jobs in the queue that nobody else holds, from the turn p_from on, in order. Locks the jobs and their
-- rows in the queue, and no others: for several modes, the first jobs of all modes are chosen before any is locked, and
-- more of them if others hold those. Each mode is read along an index in its order, skipping other projects, and people and
-- modes at their limit. The plan is made once, and the settings make it use these indexes, however few jobs were waiting when it
-- was made. `is true` keeps the index of the status out of it: if nothing was queued when the table was analyzed, that
-- index seems as good as the key, and each row would be looked for among all queued jobs.
create or replace function genjobs.pick_jobs(
    p_limit integer, p_modes text[], p_project_ids uuid[], p_from bigint, p_full_people uuid[], p_full_modes text[]
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
            join public.generation_jobs as job on job.id = queued.job_id and (job.status = 'queued') is true
            where queued.turn >= p_from
                and (p_project_ids is null or queued.project_id = any (p_project_ids))
                and queued.user_id <> all (p_full_people)
                and queued.mode <> all (p_full_modes)
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
                join public.generation_jobs as job on job.id = queued.job_id and (job.status = 'queued') is true
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
            join public.generation_jobs as job on job.id = queued.job_id and (job.status = 'queued') is true
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

-- The next p_limit jobs, starting at the turn that is being served; if those are too few, from all turns.
create or replace function genjobs.pick_in_turn(
    p_limit integer, p_modes text[], p_project_ids uuid[], p_full_people uuid[], p_full_modes text[]
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
    picked := genjobs.pick_jobs(p_limit, p_modes, p_project_ids, served, p_full_people, p_full_modes);
    if cardinality(picked) < p_limit and served >= 0 then
        picked := genjobs.pick_jobs(p_limit, p_modes, p_project_ids, -1, p_full_people, p_full_modes);
    end if;
    return picked;
end
$$;

-- Sets the turn from which claims start to look. It may go back: a job that was queued by a long transaction can be
-- before it until it is set again. Also deletes rows at the head of the queue that have no queued job, because somebody
-- bypassed the triggers, and adds an expired worker for leases whose worker has no row. Rows of waiting jobs are not
-- locked: other claims would skip them. It looks up rows only by key, since plans that were made while the queue was
-- empty are also used when it is long.
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
        select from public.generation_jobs as job where job.id = head.job_id and (job.status = 'queued') is true
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

-- Moves claimed jobs to running one by one, if they cannot be moved together, and returns those that were moved. If one
-- of the project's own triggers refuses a job, it is delayed for a minute, and the others continue.
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

-- Gives up to p_limit queued jobs to a worker, each to one worker only, and moves them to running, in the order of the
-- queue. The token proves that the worker still holds the job. The jobs are removed from the queue in one statement, so
-- queue_is_kept tells the trigger of each row not to do it; this does not affect further jobs that another trigger of
-- that table moves.
create or replace function genjobs.claim_jobs(
    p_worker_id uuid, p_limit integer, p_lease_seconds integer, p_modes text[], p_project_ids uuid[]
)
returns table (
    id uuid, user_id uuid, project_id uuid, status text, mode text, input_asset_id uuid, error text, cost_cents integer,
    created_at timestamptz, updated_at timestamptz, lease_token uuid, attempt smallint, timeout_seconds integer,
    first_job_id uuid
)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
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
    lock table public.generation_jobs in row exclusive mode; -- before any row lock, as truncate does
    perform genjobs.keep_worker(p_worker_id, p_lease_seconds);
    perform genjobs.rescue_jobs(100);
    perform genjobs.queue_due();
    if genjobs.has_limits() then
        picked := genjobs.pick_within_limits(p_limit, p_modes, p_project_ids);
    else
        picked := genjobs.pick_in_turn(p_limit, p_modes, p_project_ids, '{}', '{}');
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
    perform genjobs.note_reached(picked, p_modes, p_project_ids);
    insert into genjobs.job_leases (job_id, token, worker_id, user_id, mode)
    select queued.job_id, lease, p_worker_id, queued.user_id, queued.mode
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
        job.created_at, job.updated_at, lease, coalesce(attempt.attempt, 1::smallint), options.timeout_seconds,
        coalesce(attempt.first_job_id, job.id)
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
    created_at timestamptz, updated_at timestamptz, lease_token uuid, attempt smallint, timeout_seconds integer,
    first_job_id uuid
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
    genjobs.pick_jobs(integer, text[], uuid[], bigint, uuid[], text[]),
    genjobs.pick_in_turn(integer, text[], uuid[], uuid[], text[]),
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
