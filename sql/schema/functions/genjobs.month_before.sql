-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.month_before(public.budgets, public.generation_jobs, timestamp with time zone, timestamp with time zone)
CREATE OR REPLACE FUNCTION genjobs.month_before(p_budget public.budgets, p_job public.generation_jobs, p_opens timestamp with time zone, p_closes timestamp with time zone)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if genjobs.totals_state() = 'complete'
        and mod(extract(epoch from p_opens), 900) = 0 and mod(extract(epoch from p_closes), 900) = 0
    then
        return (
            select reading.cents
            from genjobs.budget_month(
                p_job.user_id, p_budget.project_id, p_budget.time_zone, p_job.created_at
            ) as reading
        );
    end if;
    return genjobs.logged_cents(
        p_job.user_id, p_budget.project_id, p_opens, p_closes,
        coalesce(
            (select job.xmin from public.generation_jobs as job where job.id = p_job.id), pg_current_xact_id()::xid
        )
    );
end
$function$;

-- grants of genjobs.month_before(public.budgets, public.generation_jobs, timestamp with time zone, timestamp with time zone)
REVOKE ALL ON FUNCTION genjobs.month_before(public.budgets, public.generation_jobs, timestamp with time zone, timestamp with time zone) FROM PUBLIC, anon, authenticated, service_role;
