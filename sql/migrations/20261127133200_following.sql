-- Attempts and progress of jobs, cancelling, and retrying. People can use this for their own jobs, service_role for all.

create or replace function genjobs.is_callers(p_user_id uuid) returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(current_setting('role') = 'service_role' or p_user_id = auth.uid(), false)
$$;

-- The newest attempt in a job's chain, among the jobs of the same person: a job may have been given to another person,
-- and anyone who knows the id of a deleted job can create a new one with it. If the job has no other attempts, it is the
-- job itself.
create or replace function genjobs.newest_attempt(p_job_id uuid) returns uuid
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    return coalesce((
        select attempt.job_id
        from genjobs.job_attempts as attempt
        join public.generation_jobs as job on job.id = attempt.job_id
        where attempt.first_job_id = (
                select mine.first_job_id from genjobs.job_attempts as mine where mine.job_id = p_job_id
            )
            and job.user_id = (select mine.user_id from public.generation_jobs as mine where mine.id = p_job_id)
        order by attempt.retried_as is null desc, attempt.attempt desc
        limit 1
    ), p_job_id);
end
$$;

-- The newest attempt of one of the caller's jobs, locked; null if there is none. A retry that is queued while this waits
-- counts.
create or replace function genjobs.hold_newest(p_job_id uuid) returns public.generation_jobs
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    newest uuid := p_job_id;
    held public.generation_jobs;
begin
    loop
        newest := genjobs.newest_attempt(newest);
        select job.* into held
        from public.generation_jobs as job
        where job.id = newest and genjobs.is_callers(job.user_id)
        for no key update;
        exit when held.id is null or genjobs.newest_attempt(newest) = newest;
    end loop;
    return held;
end
$$;

-- Cancels the newest attempt of a job: it fails, and is not retried. A queued job is moved to running first. Returns
-- whether there was one that had not ended.
create or replace function genjobs.cancel_job(p_job_id uuid, p_reason text) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    held constant public.generation_jobs := genjobs.hold_newest(p_job_id);
    mine constant genjobs.job_attempts := genjobs.attempt_of(held.id);
begin
    if held.id is null or held.status not in ('queued', 'running') then
        return false;
    end if;
    update public.generation_jobs as job set status = 'running' where job.id = held.id and held.status = 'queued';
    update public.generation_jobs as job
    set status = 'failed', error = coalesce(p_reason, 'Cancelled.')
    where job.id = held.id;
    insert into genjobs.job_attempts (job_id, first_job_id, attempt, ending)
    values (held.id, mine.first_job_id, mine.attempt, 'cancelled')
    on conflict (job_id) do update set ending = excluded.ending;
    perform genjobs.exclude_job(held);
    return true;
end
$$;

-- Queues the next attempt of a job whose newest one has failed, at once and regardless of the maximum; after a cancelled
-- attempt it has the same number. Returns its id; null if there is no such job, or it has not failed.
create or replace function genjobs.try_again(p_job_id uuid) returns uuid
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    held public.generation_jobs;
    mine genjobs.job_attempts;
begin
    perform -- before the job, as deletions do
    from public.generation_jobs as job
    join public.projects as project on project.id = job.project_id
    join auth.users as person on person.id = job.user_id
    where job.id = p_job_id and genjobs.is_callers(job.user_id)
    for key share of project, person;
    held := genjobs.hold_newest(p_job_id);
    mine := genjobs.attempt_of(held.id);
    if held.id is null or held.status <> 'failed' then
        return null;
    end if;
    return genjobs.queue_attempt(held, coalesce(mine.ending, 'failed'), mine.ending is distinct from 'cancelled');
end
$$;

-- Details of the caller's jobs that are not in their rows, in the given order; other people's jobs and missing ones are
-- left out.
create or replace function genjobs.read_details(p_job_ids uuid[])
returns table (
    job_id uuid, first_job_id uuid, newest_job_id uuid, newest_status text, retried_as uuid, attempt smallint,
    attempts_allowed smallint, ending text, priority smallint, urgent boolean, timeout_seconds integer, due_at timestamptz,
    held boolean, percent smallint, progress text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    perform genjobs.refuse_unless(
        cardinality(p_job_ids) <= 1000,
        'Details can be read for at most 1,000 jobs at once.', 'Pass at most 1,000 ids in p_job_ids.'
    );
    return query
    select
        job.id, mine.first_job_id, newest.id, newest.status, mine.retried_as, mine.attempt,
        genjobs.attempts_allowed(job.id, job.mode), mine.ending, coalesce(options.priority, 0::smallint),
        coalesce(options.urgent, false), options.timeout_seconds, delayed.due_at, lease.job_id is not null,
        case when not silence.lasts then progress.percent end,
        case when silence.lasts then 'Its worker is silent: another one will try it again' else progress.message end
    from unnest(p_job_ids) with ordinality as given (job_id, number)
    join public.generation_jobs as job on job.id = given.job_id and genjobs.is_callers(job.user_id)
    cross join lateral genjobs.attempt_of(job.id) as mine
    left join public.generation_jobs as newest on newest.id = genjobs.newest_attempt(job.id)
    left join genjobs.job_options as options on options.job_id = job.id
    left join genjobs.job_delays as delayed on delayed.job_id = job.id
    left join genjobs.job_leases as lease on lease.job_id = job.id
    left join genjobs.job_progress as progress on progress.job_id = lease.job_id
    left join genjobs.workers as worker on worker.id = lease.worker_id
    cross join lateral (
        select lease.job_id is not null and coalesce(worker.leased_until, '-infinity') < clock_timestamp() as lasts
    ) as silence
    order by given.number;
end
$$;

-- The API.
create or replace function public.cancel_generation_job(p_job_id uuid, p_reason text default null) returns boolean
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.cancel_job(p_job_id, p_reason)
$$;

create or replace function public.retry_generation_job(p_job_id uuid) returns uuid
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.try_again(p_job_id)
$$;

create or replace function public.get_generation_job_details(p_job_ids uuid[])
returns table (
    job_id uuid, first_job_id uuid, newest_job_id uuid, newest_status text, retried_as uuid, attempt smallint,
    attempts_allowed smallint, ending text, priority smallint, urgent boolean, timeout_seconds integer, due_at timestamptz,
    held boolean, percent smallint, progress text
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.read_details(p_job_ids)
$$;

revoke all on function
    genjobs.is_callers(uuid),
    genjobs.newest_attempt(uuid),
    genjobs.hold_newest(uuid),
    genjobs.cancel_job(uuid, text),
    genjobs.try_again(uuid),
    genjobs.read_details(uuid[]),
    public.cancel_generation_job(uuid, text),
    public.retry_generation_job(uuid),
    public.get_generation_job_details(uuid[])
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.cancel_job(uuid, text),
    genjobs.try_again(uuid),
    genjobs.read_details(uuid[]),
    public.cancel_generation_job(uuid, text),
    public.retry_generation_job(uuid),
    public.get_generation_job_details(uuid[])
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127133200') on conflict do nothing;
