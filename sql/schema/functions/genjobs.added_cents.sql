-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.added_cents(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.added_cents(p_job public.generation_jobs)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select greatest(p_job.cost_cents - coalesce((
        select event.old_cost_cents
        from public.generation_job_events as event
        where current_setting('genjobs.restoring', true) = 'on'
            and genjobs.comes_back(p_job.id)
            and event.job_id = p_job.id and event.kind = 'deleted'
        order by event.id desc
        limit 1
    ), 0), 0)
$function$;

-- grants of genjobs.added_cents(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.added_cents(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
