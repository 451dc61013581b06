-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_cost_recount(timestamp with time zone, timestamp with time zone, uuid[], text[], text[], integer)
CREATE OR REPLACE FUNCTION public.get_cost_recount(p_from timestamp with time zone, p_to timestamp with time zone, p_project_ids uuid[] DEFAULT NULL::uuid[], p_modes text[] DEFAULT NULL::text[], p_statuses text[] DEFAULT NULL::text[], p_most integer DEFAULT 50000)
 RETURNS TABLE(jobs bigint, cents bigint, deleted_jobs bigint, deleted_cents bigint, capped boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with kept as materialized (
        select job.project_id, job.mode, job.status, job.cost_cents, 1 as jobs, false as deleted
        from public.generation_jobs as job
        where job.user_id = (select auth.uid()) and job.created_at >= p_from and job.created_at < p_to
        order by job.created_at desc
        limit greatest(p_most, 0)::bigint + 1
    ),
    gone as materialized (
        select
            event.project_id, event.mode, event.old_status as status, event.old_cost_cents as cost_cents,
            case event.kind when 'deleted' then 1 else -1 end as jobs, true as deleted
        from public.generation_job_events as event
        where event.user_id = (select auth.uid())
            and event.job_created_at >= p_from
            and event.job_created_at < p_to
            and event.kind in ('deleted', 'restored')
        order by event.job_created_at desc
        limit greatest(p_most, 0)::bigint + 1
    )
    select
        coalesce(sum(one.jobs), 0)::bigint,
        coalesce(sum(one.jobs::bigint * one.cost_cents), 0)::bigint,
        coalesce(sum(one.jobs) filter (where one.deleted), 0)::bigint,
        coalesce(sum(one.jobs::bigint * one.cost_cents) filter (where one.deleted), 0)::bigint,
        greatest((select count(*) from kept), (select count(*) from gone)) > greatest(p_most, 0)
    from genjobs.checked_filters(p_project_ids, p_modes, p_statuses)
    left join (select * from kept union all select * from gone) as one on true
    where (p_project_ids is null or one.project_id = any (p_project_ids))
        and (
            p_modes is null
            or case when octet_length(one.mode) <= 100 then one.mode else genjobs.totals_mode(one.mode) end = any (
                select genjobs.totals_mode(given.name) from unnest(p_modes) as given (name)
            )
        )
        and (p_statuses is null or one.status = any (p_statuses))
$function$;

-- grants of public.get_cost_recount(timestamp with time zone, timestamp with time zone, uuid[], text[], text[], integer)
REVOKE ALL ON FUNCTION public.get_cost_recount(timestamp with time zone, timestamp with time zone, uuid[], text[], text[], integer) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_cost_recount(timestamp with time zone, timestamp with time zone, uuid[], text[], text[], integer) TO authenticated, service_role;
