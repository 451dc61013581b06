-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.logged_cents(uuid, uuid, timestamp with time zone, timestamp with time zone, xid)
CREATE OR REPLACE FUNCTION genjobs.logged_cents(p_user_id uuid, p_project_id uuid, p_opens timestamp with time zone, p_closes timestamp with time zone, p_written_by xid)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
    select
        coalesce((
            select sum(
                coalesce(told.new_cost_cents, 0)::bigint
                - case when told.number = 1 and not told.is_mended then 0 else coalesce(told.old_cost_cents, 0) end
            )
            from (
                select
                    event.project_id, event.job_created_at, event.old_cost_cents, event.new_cost_cents,
                    row_number() over (partition by event.job_id order by event.id) as number,
                    bool_or(event.kind = 'known') over (partition by event.job_id) as is_mended
                from public.generation_job_events as event
                where event.user_id = p_user_id and event.kind <> 'excluded'
            ) as told
            where told.project_id = coalesce(p_project_id, told.project_id)
                and told.job_created_at >= p_opens and told.job_created_at < p_closes
        ), 0)::bigint
        + coalesce((
            select sum(job.cost_cents)
            from public.generation_jobs as job
            where job.user_id = p_user_id
                and job.project_id = coalesce(p_project_id, job.project_id)
                and job.created_at >= p_opens and job.created_at < p_closes
                and job.xmin <> p_written_by
                and not exists (
                    select from public.generation_job_events as event
                    where event.job_id = job.id and event.kind <> 'excluded'
                )
        ), 0)
$function$;

-- grants of genjobs.logged_cents(uuid, uuid, timestamp with time zone, timestamp with time zone, xid)
REVOKE ALL ON FUNCTION genjobs.logged_cents(uuid, uuid, timestamp with time zone, timestamp with time zone, xid) FROM PUBLIC, anon, authenticated, service_role;
