-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.budget_month(uuid, uuid, text, timestamp with time zone)
CREATE OR REPLACE FUNCTION genjobs.budget_month(p_user_id uuid, p_project_id uuid, p_time_zone text, p_at timestamp with time zone, OUT month timestamp without time zone, OUT cents bigint, OUT open_cents bigint)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
    select
        local.month, coalesce(sum(cell.cents), 0)::bigint,
        coalesce(sum(cell.cents) filter (where cell.status in ('queued', 'running') and not cell.deleted), 0)::bigint
    from (select genjobs.month_of(p_at, p_time_zone) as month) as local
    left join lateral genjobs.cost_cells(
        array[genjobs.opening(local.month, p_time_zone)],
        array[genjobs.opening(local.month + interval '1 month', p_time_zone)],
        array[p_user_id], false,
        genjobs.checked_filters(p_project_ids => case when p_project_id is not null then array[p_project_id] end)
    ) as cell on true
    group by local.month
$function$;

-- grants of genjobs.budget_month(uuid, uuid, text, timestamp with time zone)
REVOKE ALL ON FUNCTION genjobs.budget_month(uuid, uuid, text, timestamp with time zone) FROM PUBLIC, anon, authenticated, service_role;
