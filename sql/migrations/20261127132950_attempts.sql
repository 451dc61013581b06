-- A job that failed in a worker is retried: as a new job that is linked to it, after a delay that grows with each
-- attempt.

-- Raises invalid_parameter_value with this message and hint unless p_holds is true.
create or replace function genjobs.refuse_unless(p_holds boolean, p_message text, p_hint text) returns void
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
    if p_holds is not true then
        raise exception '%', p_message using errcode = 'invalid_parameter_value', hint = p_hint;
    end if;
end
$$;

-- Whether an error with this SQLSTATE means that a rule of the console or one of the project's own triggers refuses the
-- row; not that it could not be written just now.
create or replace function genjobs.is_refusal(p_code text) returns boolean
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select p_code ~ '^(22|23|P0|PT4)'
$$;

-- Queues delayed jobs that are due. Jobs that somebody is changing are queued by the next call.
create or replace function genjobs.queue_due() returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job_ids uuid[];
begin
    if not exists (select from genjobs.job_delays as delayed where delayed.due_at <= clock_timestamp()) then
        return;
    end if;
    job_ids := array(
        select job.id
        from genjobs.job_delays as delayed
        join public.generation_jobs as job on job.id = delayed.job_id
        where delayed.due_at <= clock_timestamp()
        order by delayed.due_at
        limit 100
        for no key update of job skip locked
    );
    delete from genjobs.job_delays as delayed where delayed.job_id = any (job_ids);
    perform genjobs.queue_jobs(job_ids);
end
$$;

-- The delay after p_attempt attempts: a random time of up to 5 s after the first, and of up to twice as long after each
-- further one, at most ten minutes. It is random so that jobs that failed together are not retried together.
create or replace function genjobs.retry_delay(p_attempt integer) returns interval
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
    select random() * least(600, 5 * 2 ^ least(p_attempt - 1, 20)) * interval '1 second'
$$;

-- The maximum number of attempts of a job: its own, else its mode's, else 3.
create or replace function genjobs.attempts_allowed(p_job_id uuid, p_mode text) returns smallint
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce(
        (select options.max_attempts from genjobs.job_options as options where options.job_id = p_job_id),
        (select limits.max_attempts from genjobs.mode_limits as limits where limits.mode = p_mode),
        3
    );
end
$$;

-- The row of a job in its chain of attempts, made up for a job that has only one.
create or replace function genjobs.attempt_of(p_job_id uuid) returns genjobs.job_attempts
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    mine genjobs.job_attempts;
begin
    select attempt.* into mine from genjobs.job_attempts as attempt where attempt.job_id = p_job_id;
    mine.job_id := p_job_id;
    mine.first_job_id := coalesce(mine.first_job_id, p_job_id);
    mine.attempt := coalesce(mine.attempt, 1);
    return mine;
end
$$;

-- Queues the next attempt of a failed job, as a new job with the same options, and returns its id. Fails like any insert.
-- Does not wait for a transaction that deletes the asset: that one waits for the job, so they would deadlock.
create or replace function genjobs.queue_attempt(p_job public.generation_jobs, p_ending text, p_counts boolean)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    mine constant genjobs.job_attempts := genjobs.attempt_of(p_job.id);
    next_id constant uuid := gen_random_uuid();
    asset_id uuid;
begin
    select asset.id into asset_id
    from public.assets as asset
    where asset.id = p_job.input_asset_id
    for key share skip locked;
    insert into public.generation_jobs (id, user_id, project_id, mode, input_asset_id)
    values (next_id, p_job.user_id, p_job.project_id, p_job.mode, asset_id);
    insert into genjobs.job_attempts (job_id, first_job_id, retried_as, attempt, ending)
    values
        (p_job.id, mine.first_job_id, next_id, mine.attempt, p_ending),
        (next_id, mine.first_job_id, null, mine.attempt + p_counts::integer, null)
    on conflict (job_id) do update set retried_as = excluded.retried_as, ending = excluded.ending;
    perform genjobs.exclude_job(p_job);
    insert into genjobs.job_options (job_id, timeout_seconds, priority, max_attempts, urgent)
    select next_id, options.timeout_seconds, options.priority, options.max_attempts, options.urgent
    from genjobs.job_options as options
    where options.job_id = p_job.id;
    if found then
        perform genjobs.place_jobs(array[next_id]);
    end if;
    return next_id;
end
$$;

-- Delays a queued job until p_due_at. The caller must hold a lock on its row.
create or replace function genjobs.delay_job(p_job_id uuid, p_due_at timestamptz) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    delete from genjobs.job_queue as queued where queued.job_id = p_job_id;
    insert into genjobs.job_delays (job_id, due_at) values (p_job_id, p_due_at);
end
$$;

-- Queues the next attempt of a failed job, unless it was the last one allowed, and returns its id. The caller must hold
-- locks on the job, its project and its person. If the new job is refused, for example by a hard budget, the reason is
-- added to the failed job's error. After a job that was handed back, the next attempt has the same number and is not
-- delayed; after a failure it is delayed, by p_after_seconds at least, up to a day.
create or replace function genjobs.retry_job(
    p_job public.generation_jobs, p_ending text, p_after_seconds integer default 0
)
returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    is_attempt constant boolean := p_ending <> 'handed_back';
    mine constant genjobs.job_attempts := genjobs.attempt_of(p_job.id);
    next_id uuid;
begin
    if is_attempt and mine.attempt >= genjobs.attempts_allowed(p_job.id, p_job.mode) then
        update genjobs.job_attempts as attempt set ending = p_ending where attempt.job_id = p_job.id;
        return null;
    end if;
    begin
        next_id := genjobs.queue_attempt(p_job, p_ending, is_attempt);
    exception when others then
        if not genjobs.is_refusal(sqlstate) then
            raise;
        end if;
        update public.generation_jobs as job
        set error = left(concat_ws(' ', job.error, 'It was not retried: ' || sqlerrm), 100000)
        where job.id = p_job.id;
        return null;
    end;
    if is_attempt then
        perform genjobs.delay_job(
            next_id,
            clock_timestamp()
                + greatest(genjobs.retry_delay(mine.attempt), least(coalesce(p_after_seconds, 0), 86400) * interval '1 second')
        );
    end if;
    return next_id;
end
$$;

-- Fails up to p_limit jobs whose worker has been silent for longer than its lease, and retries them. Their workers can no
-- longer end them. Jobs that somebody is moving are skipped.
create or replace function genjobs.rescue_jobs(p_limit integer) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job public.generation_jobs;
    lost record;
    workers uuid[] := '{}';
begin
    if not exists (select from genjobs.workers as worker where worker.leased_until < clock_timestamp()) then
        return;
    end if;
    for job in
        select held.*
        from genjobs.workers as worker
        join genjobs.job_leases as lease on lease.worker_id = worker.id
        join public.generation_jobs as held on held.id = lease.job_id and held.status = 'running'
        join public.projects as project on project.id = held.project_id
        join auth.users as person on person.id = held.user_id
        where worker.leased_until < clock_timestamp()
        order by held.user_id
        limit p_limit
        for no key update of held skip locked
        for key share of project, person skip locked
    loop
        select worker.id, worker.seen_at into lost
        from genjobs.job_leases as lease
        join genjobs.workers as worker on worker.id = lease.worker_id
        where lease.job_id = job.id and worker.leased_until < clock_timestamp();
        if found then
            workers := workers || lost.id;
            perform genjobs.give_up(
                job, 'lost',
                format(
                    'Its worker was lost; it was last seen at %s UTC.',
                    to_char(lost.seen_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
                )
            );
        end if;
    end loop;
    update genjobs.workers as worker -- last, since claims that rescue jobs of the same workers could deadlock
    set lost_jobs = worker.lost_jobs + (select count(*) from unnest(workers) as one (id) where one.id = worker.id)
    where worker.id = any (array(
        select silent.id from genjobs.workers as silent where silent.id = any (workers) for update skip locked
    ));
    delete from genjobs.workers as gone
    where gone.id in (
        select worker.id
        from genjobs.workers as worker
        where worker.leased_until < clock_timestamp() - interval '1 hour'
            and not exists (select from genjobs.job_leases as lease where lease.worker_id = worker.id)
        for update skip locked
    );
end
$$;

-- Fails a running job that its worker did not end, and retries it. The caller must hold a lock on the job's row. If one
-- of the project's own triggers refuses that, the job is left running without a lease, like one that was started by hand.
create or replace function genjobs.give_up(p_job public.generation_jobs, p_ending text, p_error text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    begin
        update public.generation_jobs as job
        set status = 'failed', error = p_error
        where job.id = p_job.id and job.status = 'running';
    exception when others then
        if not genjobs.is_refusal(sqlstate) then
            raise;
        end if;
        raise warning 'Job % could not be set to failed and is left running: % (%)', p_job.id, sqlerrm, sqlstate;
        delete from genjobs.job_leases as lease where lease.job_id = p_job.id;
        return;
    end;
    if found then
        perform genjobs.retry_job(p_job, p_ending);
    end if;
end
$$;

revoke all on function
    genjobs.refuse_unless(boolean, text, text),
    genjobs.is_refusal(text),
    genjobs.queue_due(),
    genjobs.retry_delay(integer),
    genjobs.attempts_allowed(uuid, text),
    genjobs.attempt_of(uuid),
    genjobs.queue_attempt(public.generation_jobs, text, boolean),
    genjobs.delay_job(uuid, timestamptz),
    genjobs.retry_job(public.generation_jobs, text, integer),
    genjobs.rescue_jobs(integer),
    genjobs.give_up(public.generation_jobs, text, text)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132950') on conflict do nothing;
