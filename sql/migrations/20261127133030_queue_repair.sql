-- Compares the queue with the jobs, and repairs it.

-- The errors in the queue: missing, a queued job that is not in it; stale, a row whose job is not queued, or that has
-- another user, project or mode; unheld, a lease whose job is not running.
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

-- Repairs what compare_job_queue finds, and returns how many errors it found. Jobs that others change meanwhile are left
-- alone.
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

revoke all on function
    genjobs.compare_job_queue(),
    genjobs.rebuild_job_queue()
    from public, anon, authenticated, service_role;

-- Adds the jobs that were queued before there was a queue.
do $$
begin
    perform genjobs.queue_jobs(array(select job.id from public.generation_jobs as job where job.status = 'queued'));
end
$$;

insert into genjobs.schema_versions (version) values ('20261127133030') on conflict do nothing;
