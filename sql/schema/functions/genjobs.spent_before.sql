-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.spent_before(public.budgets, public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.spent_before(p_budget public.budgets, p_job public.generation_jobs)
 RETURNS genjobs.spendings
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
    spent genjobs.spendings;
    added record;
begin
    select earlier.*
    into spent
    from genjobs.spendings as earlier
    where earlier.user_id = p_job.user_id
        and earlier.transaction_id = pg_current_xact_id()
        and earlier.budget_id = p_budget.id
        and earlier.project_id is not distinct from p_budget.project_id
        and earlier.time_zone = p_budget.time_zone
        and p_job.created_at >= earlier.opens and p_job.created_at < earlier.closes
    order by earlier.id desc
    limit 1;
    if not found then
        select
            null, p_job.user_id, pg_current_xact_id(), transaction_timestamp(),
            p_budget.id, p_budget.project_id, p_budget.time_zone,
            local.month, bound.opens, bound.closes,
            coalesce((
                select max(event.id) from public.generation_job_events as event where event.user_id = p_job.user_id
            ), 0),
            genjobs.month_before(p_budget, p_job, bound.opens, bound.closes)
        into spent
        from (select genjobs.month_of(p_job.created_at, p_budget.time_zone) as month) as local
        cross join lateral (
            select
                genjobs.opening(local.month, p_budget.time_zone) as opens,
                genjobs.opening(local.month + interval '1 month', p_budget.time_zone) as closes
        ) as bound;
        return spent;
    end if;
    select
        count(*) as events, max(event.id) as last_id,
        sum(coalesce(event.new_cost_cents, 0)::bigint - coalesce(event.old_cost_cents, 0)) filter (
            where event.project_id = coalesce(spent.project_id, event.project_id)
                and event.job_created_at >= spent.opens and event.job_created_at < spent.closes
        ) as cents
    into added
    from public.generation_job_events as event
    where event.user_id = spent.user_id and event.id > spent.event_id and event.kind <> 'known';
    spent.id := case when added.events < 100 then spent.id end;
    spent.event_id := coalesce(added.last_id, spent.event_id);
    spent.cents := spent.cents + coalesce(added.cents, 0);
    return spent;
end
$function$;

-- grants of genjobs.spent_before(public.budgets, public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.spent_before(public.budgets, public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
