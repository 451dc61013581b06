-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.cost_amounts(timestamp with time zone[], timestamp with time zone[], uuid[], text, uuid[], text[], text[])
CREATE OR REPLACE FUNCTION genjobs.cost_amounts(p_from timestamp with time zone[], p_to timestamp with time zone[], p_people uuid[], p_split text, p_project_ids uuid[], p_modes text[], p_statuses text[])
 RETURNS TABLE(stretch integer, key text, amounts bigint[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select
        cell.stretch,
        case p_split
            when 'mode' then cell.mode
            when 'status' then cell.status
            when 'project' then cell.project_id::text
            when 'person' then cell.user_id::text
            else ''
        end,
        array[
            sum(cell.jobs), sum(cell.cents),
            coalesce(sum(cell.jobs) filter (where cell.status = 'queued' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'queued' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'running' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'running' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed' and not cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'failed' and not cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.deleted), 0),
            coalesce(sum(cell.cents) filter (where cell.deleted), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed'), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'failed'), 0),
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded'), 0),
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded'), 0)
        ]::bigint[]
    from genjobs.cost_cells(p_from, p_to, p_people, p_split = 'project', p_project_ids, p_modes, p_statuses) as cell
    group by 1, 2
$function$;

-- grants of genjobs.cost_amounts(timestamp with time zone[], timestamp with time zone[], uuid[], text, uuid[], text[], text[])
REVOKE ALL ON FUNCTION genjobs.cost_amounts(timestamp with time zone[], timestamp with time zone[], uuid[], text, uuid[], text[], text[]) FROM PUBLIC, anon, authenticated, service_role;
