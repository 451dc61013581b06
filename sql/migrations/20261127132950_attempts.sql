-- A job that failed under a worker is tried again: as a new job that is linked to it, after a while that grows with each
-- attempt.

-- Puts jobs into the queue whose time has come. Those that somebody is changing come with the next call.
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

-- How long an attempt waits after p_attempt others: up to 5 s after the first, twice that after each further one, up to ten
-- minutes; anything from nothing to that, so that what failed together is not tried again together.
create or replace function genjobs.retry_delay(p_attempt integer) returns interval
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
    select random() * least(600, 5 * 2 ^ least(p_attempt - 1, 20)) * interval '1 second'
$$;

-- Queues the next attempt of a job that has failed, unless it was the last one allowed. The caller holds the job, its
-- project and its person. What keeps the new job out, such as
-- a hard budget, is added to the failed job's error. Handed back, it keeps its number and waits for nothing.
create or replace function genjobs.retry_job(p_job public.generation_jobs, p_ending text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    is_attempt constant boolean := p_ending <> 'handed_back';
    next_id constant uuid := gen_random_uuid();
    mine genjobs.job_attempts;
    asset_id uuid;
begin
    select attempt.* into mine from genjobs.job_attempts as attempt where attempt.job_id = p_job.id;
    mine.attempt := coalesce(mine.attempt, 1);
    mine.first_job_id := coalesce(mine.first_job_id, p_job.id);
    if is_attempt and mine.attempt >= 3 then
        update genjobs.job_attempts as attempt set ending = p_ending where attempt.job_id = p_job.id;
        return;
    end if;
    -- Whoever deletes the asset waits for the job: to wait for them would be a circle.
    select asset.id into asset_id
    from public.assets as asset
    where asset.id = p_job.input_asset_id
    for key share skip locked;
    begin
        insert into public.generation_jobs (id, user_id, project_id, mode, input_asset_id)
        values (next_id, p_job.user_id, p_job.project_id, p_job.mode, asset_id);
    exception when sqlstate 'PT402' or integrity_constraint_violation then
        update public.generation_jobs as job
        set error = left(concat_ws(' ', job.error, 'It was not tried again: ' || sqlerrm), 100000)
        where job.id = p_job.id;
        return;
    end;
    insert into genjobs.job_attempts (job_id, first_job_id, retried_as, attempt, ending)
    values
        (p_job.id, mine.first_job_id, next_id, mine.attempt, p_ending),
        (next_id, mine.first_job_id, null, mine.attempt + is_attempt::integer, null)
    on conflict (job_id) do update set retried_as = excluded.retried_as, ending = excluded.ending;
    if is_attempt then
        delete from genjobs.job_queue as queued where queued.job_id = next_id;
        insert into genjobs.job_delays (job_id, due_at)
        values (next_id, clock_timestamp() + genjobs.retry_delay(mine.attempt));
    end if;
end
$$;

-- Fails up to p_limit jobs whose worker has been silent for longer than its lease, and tries them again. Their workers can
-- end them no more. Jobs that somebody is moving are left to them.
create or replace function genjobs.rescue_jobs(p_limit integer) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job public.generation_jobs;
    seen timestamptz;
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
        limit p_limit
        for no key update of held skip locked
        for key share of project, person skip locked
    loop
        select worker.seen_at into seen
        from genjobs.job_leases as lease
        join genjobs.workers as worker on worker.id = lease.worker_id
        where lease.job_id = job.id and worker.leased_until < clock_timestamp();
        if found then
            perform genjobs.give_up(
                job, 'lost',
                format('Its worker was lost, last seen at %s UTC.', to_char(seen at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS'))
            );
        end if;
    end loop;
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

-- Fails a running job that its worker did not end, and tries it again. The caller holds the job's row.
create or replace function genjobs.give_up(p_job public.generation_jobs, p_ending text, p_error text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update public.generation_jobs as job
    set status = 'failed', error = p_error
    where job.id = p_job.id and job.status = 'running';
    if found then
        perform genjobs.retry_job(p_job, p_ending);
    end if;
end
$$;

revoke all on function
    genjobs.queue_due(),
    genjobs.retry_delay(integer),
    genjobs.retry_job(public.generation_jobs, text),
    genjobs.rescue_jobs(integer),
    genjobs.give_up(public.generation_jobs, text, text)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132950') on conflict do nothing;
