-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.reached_by(uuid[], text[], uuid[])
CREATE OR REPLACE FUNCTION genjobs.reached_by(p_picked uuid[], p_modes text[], p_project_ids uuid[])
 RETURNS TABLE(pool text, turn bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    with found as materialized (
        select
            queued.turn, queued.mode, case when p_project_ids is not null then queued.project_id end as project_id,
            exists (
                select from genjobs.mode_limits as limits
                where limits.mode = queued.mode and limits.max_running is not null
            ) as is_limited
        from genjobs.job_queue as queued
        where queued.job_id = any (p_picked) and queued.turn >= 0
    ),
    asked as materialized (
        select mode.name as mode, project.id as project_id
        from unnest(coalesce(array_remove(p_modes, null), '{null}')) as mode (name)
        cross join unnest(coalesce(array_remove(p_project_ids, null), '{null}')) as project (id)
        where coalesce(cardinality(p_modes), 1) * coalesce(cardinality(p_project_ids), 1) <= 100
            and not exists (
                select from genjobs.mode_limits as limits
                where limits.mode = left(mode.name, 100) and limits.max_running is not null
            )
    )
    select distinct genjobs.pool(asked.mode, asked.project_id), highest.turn
    from asked
    join (select max(found.turn) as turn from found where not found.is_limited) as highest on highest.turn is not null
    union all
    select genjobs.pool(found.mode, found.project_id), max(found.turn)
    from found
    where found.is_limited or not exists (select from asked)
    group by 1
$function$;

-- grants of genjobs.reached_by(uuid[], text[], uuid[])
REVOKE ALL ON FUNCTION genjobs.reached_by(uuid[], text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
