-- Hard budgets: an insert that would go beyond one is refused. Where none binds its project, an insert asks nothing more
-- for the rule: it reads that its project is its user's in a table that holds only projects without a limit, and ends.

-- Projects that no hard budget binds, with their user. A project that is missing here is asked about at length, and noted
-- if it may be; so a row must be right, and a missing one only costs time.
create table if not exists genjobs.unlimited_projects (
    project_id uuid primary key references public.projects (id) on update cascade on delete cascade,
    user_id uuid not null
);
revoke all on table genjobs.unlimited_projects from public, anon, authenticated, service_role;

-- People whose inserts a hard budget has bound, and the last statement of which that was judged: a command of a
-- transaction. Whoever inserts for one of them holds their row.
create table if not exists genjobs.spenders (
    user_id uuid primary key references auth.users (id) on delete cascade,
    transaction_id xid8,
    command text
);
revoke all on table genjobs.spenders from public, anon, authenticated, service_role;

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

-- Some people share a lock, so that a bulk insert for thousands of them stays within the server's table of locks.
create or replace function genjobs.limits_key(p_user_id uuid) returns integer
language sql
stable
set search_path = ''
as $$
    select mod(hashtext(p_user_id::text), 256)
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
    perform pg_advisory_xact_lock(hashtext('genjobs limits'), genjobs.limits_key(p_user_id));
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

-- Whoever deletes the person or the project is waited for before the note is made, which goes with them. The lock is not
-- waited for: whoever has it is noting the same, or making a limit. The question comes after the lock, as a statement of
-- its own, and so sees what was committed before it.
create or replace function genjobs.note_unlimited(p_project_id uuid, p_user_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    perform from auth.users as person where person.id = p_user_id for key share;
    perform from public.projects as project where project.id = p_project_id for key share;
    if current_setting('transaction_isolation') = 'read committed'
        and pg_try_advisory_xact_lock(hashtext('genjobs limits'), genjobs.limits_key(p_user_id))
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

-- The owner of the table may load jobs that are recorded later.
create or replace function genjobs.is_loading() returns boolean
language sql
stable
security definer
set search_path = ''
as $$
    select current_setting('genjobs.recording', true) = 'later'
        and coalesce(nullif(current_setting('role'), 'none'), session_user) = (
            select pg_catalog.pg_get_userbyid(relowner)
            from pg_catalog.pg_class
            where oid = 'public.generation_jobs'::regclass
        )
$$;

-- Whoever inserts for the same people does so one after the other, and so sees those before. Who deletes one of them is
-- waited for first. All are locked in one order.
create or replace function genjobs.take_turns(p_user_ids uuid[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Where a budget is a hard limit, jobs are inserted at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform from auth.users as person where person.id = any (p_user_ids) order by person.id for key share;
    insert into genjobs.spenders (user_id)
    select person.id from auth.users as person where person.id = any (p_user_ids) order by person.id
    on conflict do nothing;
    perform
    from genjobs.spenders as spender
    where spender.user_id = any (p_user_ids)
    order by spender.user_id
    for no key update;
end
$$;

-- Refuses new jobs of a user that are beyond a hard budget: all of a statement together, before the log has any of those
-- that a hard budget binds. A job that is restored costs no more than it did.
create or replace function genjobs.refuse_beyond_budget(p_user_id uuid, p_made public.generation_jobs[]) returns void
language plpgsql
security definer
set search_path = ''
set jit = off
as $$
declare
    restoring constant boolean := coalesce(current_setting('genjobs.restoring', true), '') = 'on';
    beyond record;
begin
    with cost as (
        select
            made.project_id, made.created_at,
            greatest(made.cost_cents - coalesce((
                select event.old_cost_cents
                from public.generation_job_events as event
                where restoring and event.job_id = made.id and event.kind = 'deleted'
                order by event.id desc
                limit 1
            ), 0), 0) as cents
        from unnest(p_made) as made
    ),
    touched as (
        select budget.id, genjobs.month_of(cost.created_at, budget.time_zone) as month, sum(cost.cents)::bigint as cents
        from cost
        join public.budgets as budget on coalesce(budget.project_id, cost.project_id) = cost.project_id
        where budget.is_hard and budget.user_id = p_user_id
        group by 1, 2
    )
    select
        budget.id, budget.project_id, budget.monthly_cents, budget.time_zone, spent.month,
        spent.cents + touched.cents as cents
    into beyond
    from touched
    join public.budgets as budget on budget.id = touched.id
    cross join lateral genjobs.budget_month(
        p_user_id, budget.project_id, budget.time_zone, genjobs.opening(touched.month, budget.time_zone)
    ) as spent
    where touched.cents > 0 and spent.cents + touched.cents > budget.monthly_cents
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

revoke all on function genjobs.is_limited(uuid, uuid), genjobs.limits_key(uuid), genjobs.lock_limits(uuid),
    genjobs.limit_projects(), genjobs.limit_new_owner(), genjobs.note_unlimited(uuid, uuid),
    genjobs.is_loading(), genjobs.take_turns(uuid[]), genjobs.refuse_beyond_budget(uuid, public.generation_jobs[])
    from public, anon, authenticated, service_role;

-- Limits strike notes off before the first note is made, and the rows of a statement are at hand before they are asked
-- for, also where these statements are sent one by one.
create or replace trigger limit_projects
    after insert or update on public.budgets
    for each row execute function genjobs.limit_projects();
create or replace trigger limit_new_owner
    after update of user_id on public.projects
    for each row
    when (new.user_id is distinct from old.user_id)
    execute function genjobs.limit_new_owner();
create or replace trigger "0_refuse_foreign_project_of_new"
    after insert on public.generation_jobs
    referencing new table as made
    for each row
    execute function genjobs.refuse_foreign_project();

-- Of the rows of one statement that hard budgets of one user bind, the first asks for them all.
create or replace function genjobs.refuse_foreign_project() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    this_command text;
begin
    if exists (
        select from genjobs.unlimited_projects as project
        where project.project_id = new.project_id and project.user_id = new.user_id
    ) then
        return null;
    end if;
    if not exists (
        select from public.projects as project
        where project.id = new.project_id and project.user_id = new.user_id
    ) then
        raise exception 'The job names a project that its user does not have.'
            using errcode = 'foreign_key_violation',
                constraint = 'generation_jobs_project_id_fkey',
                column = 'project_id',
                table = tg_table_name,
                schema = tg_table_schema,
                hint = 'Choose one of the user''s own projects.';
    end if;
    if tg_op <> 'INSERT' then
        return null;
    end if;
    if not genjobs.is_limited(new.project_id, new.user_id) then
        perform genjobs.note_unlimited(new.project_id, new.user_id);
        return null;
    end if;
    select job.cmin into this_command from public.generation_jobs as job where job.id = new.id;
    if genjobs.is_loading() or exists (
        select from genjobs.spenders as spender
        where spender.user_id = new.user_id
            and spender.transaction_id = pg_current_xact_id()
            and spender.command = this_command
    ) then
        return null;
    end if;
    perform genjobs.take_turns(array(
        select distinct made.user_id
        from made
        where made.user_id in (select budget.user_id from public.budgets as budget where budget.is_hard)
    ));
    update genjobs.spenders as spender
    set transaction_id = pg_current_xact_id(), command = this_command
    where spender.user_id = new.user_id;
    perform genjobs.refuse_beyond_budget(
        new.user_id, array(select made::public.generation_jobs from made where made.user_id = new.user_id)
    );
    return null;
end
$$;

drop trigger if exists zz_refuse_beyond_budget on public.generation_jobs;
drop function if exists genjobs.refuse_beyond_budget();

-- After row-level security, which tells nothing of others, and before the foreign keys: what is missing and what is
-- someone else's answer alike.
drop trigger if exists refuse_budget on public.budgets;
create or replace trigger "0_refuse_budget"
    after insert or update on public.budgets
    for each row execute function genjobs.refuse_budget();

insert into genjobs.schema_versions (version) values ('20261125090200') on conflict do nothing;
