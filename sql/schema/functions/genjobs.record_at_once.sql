-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.record_at_once(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.record_at_once(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    is_back constant boolean := current_setting('genjobs.restoring', true) = 'on' and genjobs.comes_back(p_job.id);
    event_id bigint;
begin
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    values (
        p_job.created_at, p_job.id, p_job.user_id, p_job.project_id, p_job.mode,
        case when is_back then 'restored' else 'created' end,
        case when is_back then p_job.status end, p_job.status,
        case when is_back then p_job.cost_cents end, p_job.cost_cents,
        p_job.error, auth.uid(), current_setting('role')
    )
    returning id into event_id;
    insert into genjobs.recorded_at_once (job_id) values (p_job.id) on conflict do nothing;
    perform set_config('genjobs.recorded_at_once', 'on', true);
    if event_id % 4096 = 0 then
        perform genjobs.fold_sometimes(event_id, event_id);
    end if;
end
$function$;

-- grants of genjobs.record_at_once(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.record_at_once(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
