-- What may be spent in a month: by a person in all, or in one project. A budget warns; where its owner asks for it, it is a
-- hard limit, and an insert that would go beyond is refused. Spent is what the jobs of the month cost, open ones by their
-- declared cost and deleted ones too. A cost that is learned later is a fact: it is recorded, beyond a limit too.

-- Months are the same for every caller, so a zone must be one that this server knows.
create or replace function genjobs.is_time_zone(p_time_zone text) returns boolean
language sql
stable
set search_path = ''
as $$
    select exists (select from pg_catalog.pg_timezone_names as zone where zone.name = p_time_zone)
$$;
revoke all on function genjobs.is_time_zone(text) from public, anon, authenticated, service_role;

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

create or replace function genjobs.refuse_budget() returns trigger
language plpgsql
security definer
set search_path = ''
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

create or replace trigger update_budgets_updated_at
    before update on public.budgets
    for each row execute function public.update_updated_at_column();

-- Cents as dollars in plain ASCII, since a message of this kind becomes a line of HTTP.
create or replace function genjobs.dollars(p_cents bigint) returns text
language sql
immutable
set search_path = ''
as $$
    select '$' || to_char(p_cents / 100, 'FM999,999,999,999,999,990') || '.' || to_char(mod(p_cents, 100), 'FM00')
$$;
revoke all on function genjobs.dollars(bigint) from public, anon, authenticated, service_role;

create index if not exists idx_budgets_hard on public.budgets (user_id) where is_hard;

insert into genjobs.schema_versions (version) values ('20261125090000') on conflict do nothing;
