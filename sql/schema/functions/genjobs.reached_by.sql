-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.reached_by(uuid[], text[], uuid[])
CREATE OR REPLACE FUNCTION genjobs.reached_by(p_picked uuid[], p_modes text[], p_project_ids uuid[])
 RETURNS TABLE(pool text, turn bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
    with has_limits as materialized (
        select exists (select from genjobs.mode_limits as limits where limits.max_running is not null) as yes
    ),
    found as materialized (
        select case when has_limits.yes then queued.mode end as mode, max(queued.turn) as turn
        from genjobs.job_queue as queued
        cross join has_limits
        where queued.job_id = any (p_picked) and queued.turn >= 0
        group by 1
    )
    select distinct
        coalesce(project.id::text, '*') || ' ' || coalesce('=' || coalesce(found.mode, left(asked.mode, 100)), '*'),
        found.turn
    from found
    cross join unnest(
        case when found.mode is null then coalesce(array_remove(p_modes, null), '{null}') else '{null}' end
    ) as asked (mode)
    cross join unnest(coalesce(array_remove(p_project_ids, null), '{null}')) as project (id)
    limit 100
$function$;

-- grants of genjobs.reached_by(uuid[], text[], uuid[])
REVOKE ALL ON FUNCTION genjobs.reached_by(uuid[], text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
