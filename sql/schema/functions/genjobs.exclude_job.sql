-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.exclude_job(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.exclude_job(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    event_id bigint;
begin
    if genjobs.is_excluded(p_job.id) then
        return;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind, new_status, new_cost_cents, actor_id, actor_role
    )
    values (
        p_job.created_at, p_job.id, p_job.user_id, p_job.project_id, p_job.mode, 'excluded', 'excluded', 0,
        auth.uid(), current_setting('role')
    )
    returning id into event_id;
    if event_id % 4096 = 0 then
        perform genjobs.fold_sometimes(event_id, event_id);
    end if;
end
$function$;

-- grants of genjobs.exclude_job(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.exclude_job(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
