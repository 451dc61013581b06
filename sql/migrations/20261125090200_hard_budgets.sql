-- Hard budgets: an insert that would go beyond one is refused. Where none binds its project, an insert pays nothing for
-- the rule: it reads that its project is its user's in a table that holds only projects without a limit, and ends.

-- Projects that no hard budget binds, with their user. A project that is missing here is asked about at length, and noted
-- if it may be; so a row must be right, and a missing one only costs time.
create table if not exists genjobs.unlimited_projects (
    project_id uuid primary key references public.projects (id) on delete cascade,
    user_id uuid not null
);
revoke all on table genjobs.unlimited_projects from public, anon, authenticated, service_role;

create or replace function genjobs.is_limited(p_project_id uuid, p_user_id uuid) returns boolean
language sql
stable
security definer
set search_path = ''
as $$
    select exists (
        select
        from public.budgets as budget
        where budget.is_hard and budget.user_id = p_user_id and coalesce(budget.project_id, p_project_id) = p_project_id
    )
$$;

create or replace function genjobs.limits_key(p_user_id uuid) returns bigint
language sql
stable
set search_path = ''
as $$
    select hashtextextended('genjobs limits of ' || p_user_id, 0)
$$;

-- What notes a project of the user as unlimited has this lock, and so what strikes one off sees every note. It must see
-- them, too: a snapshot older than the lock would not.
create or replace function genjobs.lock_limits(p_user_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Hard limits and the users of projects change at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(genjobs.limits_key(p_user_id));
end
$$;

create or replace function genjobs.limit_projects() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if not new.is_hard then
        return null;
    end if;
    if tg_op = 'UPDATE' then
        if old.is_hard and (old.user_id, old.project_id) is not distinct from (new.user_id, new.project_id) then
            return null;
        end if;
    end if;
    perform genjobs.lock_limits(new.user_id);
    delete from genjobs.unlimited_projects as project
    where project.user_id = new.user_id and project.project_id = coalesce(new.project_id, project.project_id);
    return null;
end
$$;

create or replace function genjobs.limit_new_owner() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform genjobs.lock_limits(old.user_id);
    delete from genjobs.unlimited_projects as project where project.project_id = old.id;
    return null;
end
$$;

-- Whoever deletes one of these people or projects is waited for before anything of theirs is locked that goes with them.
create or replace function genjobs.hold(p_user_ids uuid[], p_project_ids uuid[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform from auth.users as person where person.id = any (p_user_ids) order by person.id for key share;
    perform from public.projects as project where project.id = any (p_project_ids) order by project.id for key share;
end
$$;

-- Without waiting: whoever has the lock is noting the same, or making a limit. The question comes after the lock, as a
-- statement of its own, and so sees what was committed before it.
create or replace function genjobs.note_unlimited(p_project_id uuid, p_user_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform genjobs.hold(array[p_user_id], array[p_project_id]);
    if current_setting('transaction_isolation') = 'read committed'
        and pg_try_advisory_xact_lock(genjobs.limits_key(p_user_id))
    then
        insert into genjobs.unlimited_projects (project_id, user_id)
        select p_project_id, p_user_id
        where not genjobs.is_limited(p_project_id, p_user_id)
            and exists (
                select from public.projects as project where project.id = p_project_id and project.user_id = p_user_id
            )
        on conflict do nothing;
    end if;
end
$$;

-- Refuses new jobs that are beyond a hard budget, all of a statement together. The budgets are locked first, all of them
-- and in order, so that of many inserts at once each sees those before it. What the log holds already is in the totals;
-- the rest of the statement comes on top. What the owner of the table loads, to be recorded later, is not judged.
create or replace function genjobs.refuse_beyond_budget(p_made public.generation_jobs[]) returns void
language plpgsql
security definer
set search_path = ''
set jit = off
as $$
declare
    beyond record;
begin
    if current_setting('genjobs.recording', true) = 'later' then
        if coalesce(nullif(current_setting('role'), 'none'), session_user) = (
            select pg_catalog.pg_get_userbyid(relowner)
            from pg_catalog.pg_class
            where oid = 'public.generation_jobs'::regclass
        ) then
            return;
        end if;
    end if;
    perform genjobs.hold(array_agg(made.user_id), array_agg(made.project_id)) from unnest(p_made) as made;
    perform
    from public.budgets as budget
    where budget.is_hard and budget.user_id in (select made.user_id from unnest(p_made) as made)
    order by budget.id
    for no key update;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Where a budget is a hard limit, jobs are inserted at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    select
        budget.id, budget.project_id, budget.monthly_cents, budget.time_zone, spent.month,
        spent.cents + touched.cents as cents
    into beyond
    from (
        select
            budget.id, date_trunc('month', made.created_at at time zone budget.time_zone) as month,
            sum(made.cost_cents)::bigint as cents
        from unnest(p_made) as made
        join public.budgets as budget
            on budget.user_id = made.user_id and coalesce(budget.project_id, made.project_id) = made.project_id
        where budget.is_hard
            and made.cost_cents > 0
            and not exists (select from public.generation_job_events as event where event.job_id = made.id)
        group by 1, 2
    ) as touched
    join public.budgets as budget on budget.id = touched.id
    cross join lateral genjobs.budget_month(
        budget.user_id, budget.project_id, budget.time_zone, touched.month at time zone budget.time_zone
    ) as spent
    where spent.cents + touched.cents > budget.monthly_cents
    order by budget.id, spent.month
    limit 1;
    if found then
        raise exception
            'The job would go beyond the monthly budget: with it, % of % would be spent in %.',
            genjobs.dollars(beyond.cents), genjobs.dollars(beyond.monthly_cents), to_char(beyond.month, 'YYYY-MM')
            using errcode = 'PT402',
                detail = format(
                    'It is budget %s of %s, whose months are those of %s.',
                    beyond.id, coalesce('project ' || beyond.project_id, 'the person'), beyond.time_zone
                ),
                hint = 'Raise the budget or make it a soft one, or wait for the next month.';
    end if;
end
$$;

-- Of the rows of one insert, the first of each project asks about limits, for all of them.
create or replace function genjobs.refuse_foreign_project() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if exists (
        select from genjobs.unlimited_projects as project
        where project.project_id = new.project_id and project.user_id = new.user_id
    ) then
        return null;
    end if;
    if exists (
        select from public.projects as project
        where project.id = new.project_id and project.user_id = new.user_id
    ) then
        if tg_op = 'INSERT' and not genjobs.is_limited(new.project_id, new.user_id) then
            perform genjobs.note_unlimited(new.project_id, new.user_id);
        elsif tg_op = 'INSERT' then
            if new.id = (select made.id from made where made.project_id = new.project_id limit 1) then
                perform genjobs.refuse_beyond_budget(array(
                    select made::public.generation_jobs
                    from made
                    where made.user_id in (select budget.user_id from public.budgets as budget where budget.is_hard)
                ));
            end if;
        end if;
        return null;
    end if;
    raise exception 'The job names a project that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'generation_jobs_project_id_fkey',
            column = 'project_id',
            table = tg_table_name,
            schema = tg_table_schema,
            hint = 'Choose one of the user''s own projects.';
end
$$;

revoke all on function genjobs.is_limited(uuid, uuid), genjobs.limits_key(uuid), genjobs.lock_limits(uuid),
    genjobs.limit_projects(), genjobs.limit_new_owner(), genjobs.hold(uuid[], uuid[]),
    genjobs.note_unlimited(uuid, uuid), genjobs.refuse_beyond_budget(public.generation_jobs[])
    from public, anon, authenticated, service_role;

drop trigger if exists zz_refuse_beyond_budget on public.generation_jobs;
drop function if exists genjobs.refuse_beyond_budget();

create or replace trigger "0_refuse_foreign_project_of_new"
    after insert on public.generation_jobs
    referencing new table as made
    for each row
    execute function genjobs.refuse_foreign_project();
create or replace trigger limit_projects
    after insert or update on public.budgets
    for each row execute function genjobs.limit_projects();
create or replace trigger limit_new_owner
    after update of user_id on public.projects
    for each row
    when (new.user_id is distinct from old.user_id)
    execute function genjobs.limit_new_owner();

insert into genjobs.schema_versions (version) values ('20261125090200') on conflict do nothing;
