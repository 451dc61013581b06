-- Monthly budgets of a person: for all jobs, or for one project. A budget warns; if its owner makes it a hard limit, an
-- insert that would exceed it is refused. The amount spent is the cost of the month's jobs, including deleted ones, and
-- open ones with their declared cost. A cost that becomes known later is always recorded, even if it exceeds a limit.

create table if not exists public.budgets (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    project_id uuid references public.projects (id) on delete cascade,
    monthly_cents bigint not null check (monthly_cents > 0),
    warn_percent smallint not null default 80 check (warn_percent between 1 and 100),
    time_zone text not null default 'UTC',
    is_hard boolean not null default false,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint budgets_one_each unique nulls not distinct (user_id, project_id)
);
comment on table public.budgets is 'Monthly limits in cents, of a person or of one of their projects.';
comment on column public.budgets.project_id is 'Null for all of the person''s jobs.';
create index if not exists idx_budgets_project_id on public.budgets (project_id);
create index if not exists idx_budgets_hard on public.budgets (user_id) where is_hard;

alter table public.budgets enable row level security;
drop policy if exists "Users can view own budgets" on public.budgets;
create policy "Users can view own budgets" on public.budgets
    for select to authenticated using ((select auth.uid()) = user_id);
drop policy if exists "Users can insert own budgets" on public.budgets;
create policy "Users can insert own budgets" on public.budgets
    for insert to authenticated with check ((select auth.uid()) = user_id);
drop policy if exists "Users can update own budgets" on public.budgets;
create policy "Users can update own budgets" on public.budgets
    for update to authenticated using ((select auth.uid()) = user_id) with check ((select auth.uid()) = user_id);
drop policy if exists "Users can delete own budgets" on public.budgets;
create policy "Users can delete own budgets" on public.budgets
    for delete to authenticated using ((select auth.uid()) = user_id);
revoke all on table public.budgets from public, anon, authenticated, service_role;
grant select, insert, update, delete on table public.budgets to authenticated, service_role;

create or replace trigger update_budgets_updated_at
    before update on public.budgets
    for each row execute function public.update_updated_at_column();

-- Months must be the same for every caller, so a zone must be one that this server knows by name.
create or replace function genjobs.refuse_budget() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.project_id is not null and not exists (
        select from public.projects as project where project.id = new.project_id and project.user_id = new.user_id
    ) then
        raise exception 'The budget names a project that its user does not have.'
            using errcode = 'foreign_key_violation',
                constraint = 'budgets_project_id_fkey',
                column = 'project_id',
                table = tg_table_name,
                schema = tg_table_schema,
                hint = 'Choose one of the user''s own projects, or none for all of them.';
    end if;
    if not genjobs.is_time_zone(new.time_zone) then
        raise exception 'There is no such time zone.'
            using errcode = 'invalid_parameter_value',
                detail = format('time_zone was %s.', quote_nullable(new.time_zone)),
                hint = 'Use an IANA name, for example Europe/Berlin.';
    end if;
    return new;
end
$$;
revoke all on function genjobs.refuse_budget() from public, anon, authenticated, service_role;

-- Runs after row-level security, which reveals nothing about others, and before the foreign keys: a missing project and
-- someone else's give the same error.
create or replace trigger "0_refuse_budget"
    after insert or update on public.budgets
    for each row execute function genjobs.refuse_budget();

-- The month of p_at, the cents of its jobs, and those of its open jobs.
create or replace function genjobs.budget_month(
    p_user_id uuid, p_project_id uuid, p_time_zone text, p_at timestamptz,
    out month timestamp, out cents bigint, out open_cents bigint
)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

-- The caller's budgets with the amount spent of each in the month of p_at: one JSON array, the budget for all jobs first.
create or replace function genjobs.read_budgets(p_at timestamptz) returns json
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
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
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.read_budgets(p_at)
$$;
revoke all on function
    genjobs.budget_month(uuid, uuid, text, timestamptz),
    genjobs.read_budgets(timestamptz),
    public.get_budgets(timestamptz)
    from public, anon, authenticated, service_role;
grant execute on function genjobs.read_budgets(timestamptz), public.get_budgets(timestamptz)
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132200') on conflict do nothing;
