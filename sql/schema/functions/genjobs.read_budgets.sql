-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.read_budgets(timestamp with time zone)
CREATE OR REPLACE FUNCTION genjobs.read_budgets(p_at timestamp with time zone)
 RETURNS json
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
    select coalesce(json_agg(json_build_object(
        'id', budget.id, 'project_id', budget.project_id, 'project', project.name,
        'monthly_cents', budget.monthly_cents, 'warn_percent', budget.warn_percent,
        'time_zone', budget.time_zone, 'is_hard', budget.is_hard,
        'month', spent.month::date, 'spent_cents', spent.cents, 'open_cents', spent.open_cents
    ) order by budget.project_id is not null, project.name, budget.id), '[]')
    from public.budgets as budget
    left join public.projects as project on project.id = budget.project_id and project.user_id = budget.user_id
    cross join lateral genjobs.budget_month(budget.user_id, budget.project_id, budget.time_zone, p_at) as spent
    where budget.user_id = (select auth.uid())
$function$;

-- grants of genjobs.read_budgets(timestamp with time zone)
REVOKE ALL ON FUNCTION genjobs.read_budgets(timestamp with time zone) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.read_budgets(timestamp with time zone) TO authenticated, service_role;
