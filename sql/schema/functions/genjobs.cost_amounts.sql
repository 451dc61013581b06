-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.cost_amounts(timestamp with time zone[], timestamp with time zone[], text, genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.cost_amounts(p_from timestamp with time zone[], p_to timestamp with time zone[], p_split text, p_filters genjobs.cost_filters)
 RETURNS TABLE(stretch integer, key text, amounts genjobs.amounts)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select
        summed.stretch, summed.key,
        (
            summed.jobs, summed.cents,
            summed.queued_jobs, summed.queued_cents, summed.running_jobs, summed.running_cents,
            summed.succeeded_jobs, summed.succeeded_cents, summed.failed_jobs, summed.failed_cents,
            summed.deleted_jobs, summed.deleted_cents,
            summed.ever_failed_jobs, summed.ever_failed_cents, summed.ever_succeeded_jobs, summed.ever_succeeded_cents,
            summed.excluded_jobs
        )::genjobs.amounts
    from (
        select
            cell.stretch,
            case p_split
                when 'mode' then cell.mode
                when 'status' then cell.status
                when 'project' then cell.project_id::text
                when 'person' then cell.user_id::text
                else ''
            end as key,
            sum(cell.jobs) as jobs, sum(cell.cents) as cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'queued' and not cell.deleted), 0) as queued_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'queued' and not cell.deleted), 0) as queued_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'running' and not cell.deleted), 0) as running_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'running' and not cell.deleted), 0) as running_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded' and not cell.deleted), 0) as succeeded_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded' and not cell.deleted), 0) as succeeded_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed' and not cell.deleted), 0) as failed_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'failed' and not cell.deleted), 0) as failed_cents,
            coalesce(sum(cell.jobs) filter (where cell.deleted), 0) as deleted_jobs,
            coalesce(sum(cell.cents) filter (where cell.deleted), 0) as deleted_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'failed'), 0) as ever_failed_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'failed'), 0) as ever_failed_cents,
            coalesce(sum(cell.jobs) filter (where cell.status = 'succeeded'), 0) as ever_succeeded_jobs,
            coalesce(sum(cell.cents) filter (where cell.status = 'succeeded'), 0) as ever_succeeded_cents,
            sum(cell.excluded) as excluded_jobs
        from genjobs.cost_cells(
            p_from, p_to, genjobs.visible_people(p_filters), p_split = 'project', p_filters
        ) as cell
        group by 1, 2
    ) as summed
$function$;

-- grants of genjobs.cost_amounts(timestamp with time zone[], timestamp with time zone[], text, genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.cost_amounts(timestamp with time zone[], timestamp with time zone[], text, genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
