-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.compare_job_queue()
CREATE OR REPLACE FUNCTION genjobs.compare_job_queue()
 RETURNS TABLE(job_id uuid, flaw text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.compare_job_queue()
REVOKE ALL ON FUNCTION genjobs.compare_job_queue() FROM PUBLIC, anon, authenticated, service_role;
