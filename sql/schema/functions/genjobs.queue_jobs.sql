-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.queue_jobs(uuid[])
CREATE OR REPLACE FUNCTION genjobs.queue_jobs(p_job_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.queue_jobs(uuid[])
REVOKE ALL ON FUNCTION genjobs.queue_jobs(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
