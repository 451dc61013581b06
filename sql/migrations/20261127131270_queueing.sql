-- How jobs enter the queue, and how the queue follows changes of a job's row.

-- Queues those of the jobs that have status queued and are not in the queue yet. A person's jobs get a turn each, not before
-- the next one of its mode and project; those of modes that are not as far come first. It does not wait for a transaction
-- that is moving one of them: that job's row is in the queue until that transaction commits.
create or replace function genjobs.queue_jobs(p_job_ids uuid[]) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into genjobs.job_queue (job_id, user_id, project_id, turn, mode)
    with job as materialized (
        select job.*
        from public.generation_jobs as job
        where job.id = any (p_job_ids)
            and job.status = 'queued'
            and not exists (select from genjobs.job_queue as queued where queued.job_id = job.id)
    ),
    kind as materialized (
        select kind.*, genjobs.next_turn(kind.user_id, kind.mode, kind.project_id) as first_turn
        from (select distinct job.user_id, job.mode, job.project_id from job) as kind
    ),
    placed as (
        select
            job.id, job.user_id, job.project_id, job.mode, kind.first_turn,
            row_number() over (partition by job.user_id order by kind.first_turn, job.created_at, job.id) as place
        from job
        join kind on kind.user_id = job.user_id and kind.mode = job.mode and kind.project_id = job.project_id
    )
    select
        placed.id, placed.user_id, placed.project_id,
        placed.place + max(placed.first_turn - placed.place) over (
            partition by placed.user_id order by placed.place
        ),
        genjobs.queue_mode(placed.mode)
    from placed
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

-- A job whose id changes keeps everything that is stored about it.
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

-- Updates the queue after a change of a job. A job whose status has changed leaves the queue, or its worker loses it; a
-- job that now belongs to somebody else gets one of their turns, and so does one of another mode or project whose workers
-- are past its turn.
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
                when p_new.user_id <> p_old.user_id
                    or (p_new.mode, p_new.project_id) <> (p_old.mode, p_old.project_id)
                    and queued.turn between 0 and genjobs.first_turn(p_new.mode, p_new.project_id) - 2
                    then genjobs.next_turn(p_new.user_id, p_new.mode, p_new.project_id)
                else queued.turn
            end,
            mode = genjobs.queue_mode(p_new.mode)
        where queued.job_id = p_new.id;
    elsif p_new.user_id <> p_old.user_id then
        update genjobs.job_leases as lease set user_id = p_new.user_id where lease.job_id = p_new.id;
    end if;
end
$$;

revoke all on function
    genjobs.queue_jobs(uuid[]),
    genjobs.notify_workers(),
    genjobs.rename_job(uuid, uuid),
    genjobs.follow_change(public.generation_jobs, public.generation_jobs)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131270') on conflict do nothing;
