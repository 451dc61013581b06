-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.queue_jobs(uuid[])
CREATE OR REPLACE FUNCTION genjobs.queue_jobs(p_job_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    insert into genjobs.job_queue (job_id, user_id, project_id, turn, mode)
    select
        job.id, job.user_id, job.project_id,
        person.turn - 1 + row_number() over (partition by job.user_id order by job.created_at, job.id),
        genjobs.queue_mode(job.mode)
    from (
        select owner.user_id, genjobs.next_turn(owner.user_id, owner.mode, owner.project_id) as turn
        from (
            select distinct on (job.user_id) job.user_id, job.mode, job.project_id
            from public.generation_jobs as job
            where job.id = any (p_job_ids)
            order by job.user_id, job.mode, job.project_id
        ) as owner
    ) as person
    join public.generation_jobs as job on job.user_id = person.user_id
    where job.id = any (p_job_ids)
        and job.status = 'queued'
        and not exists (select from genjobs.job_queue as queued where queued.job_id = job.id)
    on conflict (job_id) do nothing;
    select genjobs.place_jobs(p_job_ids)
$function$;

-- grants of genjobs.queue_jobs(uuid[])
REVOKE ALL ON FUNCTION genjobs.queue_jobs(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
