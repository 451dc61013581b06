-- What is spent of budgets in their months, which begin and end where the months of the cost functions do.

-- The first moment at which the zone's clocks show p_local or later, also where they show it twice or never.
create or replace function genjobs.opening(p_local timestamp, p_time_zone text) returns timestamptz
language sql
stable
set search_path = ''
as $$
    select min(given.moment)
    from unnest(array[interval '3 hours', '2 hours', '1 hour', '30 minutes', '0']) as earlier
    cross join lateral (select (p_local at time zone p_time_zone) - earlier as moment) as given
    where given.moment at time zone p_time_zone >= p_local
$$;

-- The month that has begun last at p_at: the clocks may have gone back into the one before.
create or replace function genjobs.month_of(p_at timestamptz, p_time_zone text) returns timestamp
language sql
stable
set search_path = ''
as $$
    select case when p_at < genjobs.opening(shown.next, p_time_zone) then shown.month else shown.next end
    from (
        select given.month, given.month + interval '1 month' as next
        from (select date_trunc('month', p_at at time zone p_time_zone) as month) as given
    ) as shown
$$;
revoke all on function genjobs.opening(timestamp, text), genjobs.month_of(timestamptz, text)
    from public, anon, authenticated, service_role;

-- Jobs and cents of the month around p_at.
create or replace function genjobs.budget_month(
    p_user_id uuid, p_project_id uuid, p_time_zone text, p_at timestamptz,
    out month timestamp, out cents bigint, out open_cents bigint
)
language sql
stable
security definer
set search_path = ''
set jit = off
as $$
    select
        local.month, coalesce(sum(cell.cents), 0)::bigint,
        coalesce(sum(cell.cents) filter (where cell.status in ('queued', 'running') and not cell.deleted), 0)::bigint
    from (select genjobs.month_of(p_at, p_time_zone) as month) as local
    left join lateral genjobs.cost_cells(
        array[genjobs.opening(local.month, p_time_zone)],
        array[genjobs.opening(local.month + interval '1 month', p_time_zone)],
        array[p_user_id], false, case when p_project_id is not null then array[p_project_id] end
    ) as cell on true
    group by local.month
$$;
revoke all on function genjobs.budget_month(uuid, uuid, text, timestamptz)
    from public, anon, authenticated, service_role;

-- The caller's budgets with what is spent of each in the month of p_at: one JSON array, the person's own first.
create or replace function genjobs.read_budgets(p_at timestamptz) returns json
language sql
stable
security definer
set search_path = ''
set jit = off
as $$
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
$$;
create or replace function public.get_budgets(p_at timestamptz default now()) returns json
language sql
stable
security invoker
set search_path = ''
as $$
    select genjobs.read_budgets(p_at)
$$;
revoke all on function genjobs.read_budgets(timestamptz), public.get_budgets(timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function genjobs.read_budgets(timestamptz), public.get_budgets(timestamptz)
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261125090150') on conflict do nothing;
