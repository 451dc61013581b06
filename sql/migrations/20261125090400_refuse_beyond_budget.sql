-- Each new job is judged by the hard budgets that bind it, together with those before it in its statement: a bulk insert
-- passes as a whole or not at all.

-- People whose inserts a hard budget has bound. Whoever inserts for one of them holds their row.
create table if not exists genjobs.spenders (
    user_id uuid primary key references auth.users (id) on delete cascade
);
alter table genjobs.spenders drop column if exists transaction_id, drop column if exists command;
revoke all on table genjobs.spenders from public, anon, authenticated, service_role;

-- What is spent of a budget in a month, as far as the log tells up to an event: whoever has read a month adds what the log
-- has since, and does not read the month again in the same transaction. Where a row is missing the month is read.
-- On another server, after a restore, a transaction may have an id anew; it begins at another time. The table grows within
-- a statement, under plans that were made while it was small: what reads it does so by its key.
create unlogged table if not exists genjobs.spendings (
    id bigint generated always as identity,
    user_id uuid not null references auth.users (id) on delete cascade,
    transaction_id xid8 not null,
    began_at timestamptz not null,
    budget_id uuid not null,
    project_id uuid,
    time_zone text not null,
    month timestamp not null,
    opens timestamptz not null,
    closes timestamptz not null,
    event_id bigint not null,
    cents bigint not null,
    primary key (user_id, transaction_id, budget_id, id)
);
revoke all on table genjobs.spendings from public, anon, authenticated, service_role;

-- The owner of the table may load jobs that are recorded later.
create or replace function genjobs.is_loading() returns boolean
language sql
stable
security definer
set search_path = ''
as $$
    select coalesce(current_setting('genjobs.recording', true), '') = 'later'
        and coalesce(nullif(current_setting('role'), 'none'), session_user) = (
            select pg_catalog.pg_get_userbyid(relowner)
            from pg_catalog.pg_class
            where oid = 'public.generation_jobs'::regclass
        )
$$;

-- Whoever inserts for a person does so one after the other, and so sees those before. Who deletes the person is waited
-- for first. A transaction that has its turn keeps it, and the rows that others left are gone.
create or replace function genjobs.take_turn(p_user_id uuid) returns void
language plpgsql
security definer
set search_path = ''
set enable_seqscan = off
as $$
begin
    if exists (
        select from genjobs.spendings as spent
        where spent.user_id = p_user_id
            and spent.transaction_id = pg_current_xact_id()
            and spent.began_at = transaction_timestamp()
    ) then
        return;
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Where a budget is a hard limit, jobs are inserted at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform from auth.users as person where person.id = p_user_id for key share;
    insert into genjobs.spenders (user_id)
    select person.id from auth.users as person where person.id = p_user_id
    on conflict do nothing;
    perform from genjobs.spenders as spender where spender.user_id = p_user_id for no key update;
    delete from genjobs.spendings as spent where spent.user_id = p_user_id;
end
$$;

-- What a new job adds to its month. A job that is restored costs no more than it did.
create or replace function genjobs.added_cents(p_job public.generation_jobs) returns bigint
language sql
stable
security definer
set search_path = ''
as $$
    select greatest(p_job.cost_cents - coalesce((
        select event.old_cost_cents
        from public.generation_job_events as event
        where coalesce(current_setting('genjobs.restoring', true), '') = 'on'
            and event.job_id = p_job.id and event.kind = 'deleted'
        order by event.id desc
        limit 1
    ), 0), 0)
$$;

-- What is spent of the budget before the job: the log does not have it yet, but has those before it in its statement.
-- What has no id yet is worth a row: a month that was read, or many events that were added.
create or replace function genjobs.spent_before(p_budget public.budgets, p_job public.generation_jobs)
returns genjobs.spendings
language plpgsql
security definer
set search_path = ''
set enable_seqscan = off
as $$
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
            reading.month, genjobs.opening(reading.month, p_budget.time_zone),
            genjobs.opening(reading.month + interval '1 month', p_budget.time_zone),
            coalesce((
                select max(event.id) from public.generation_job_events as event where event.user_id = p_job.user_id
            ), 0),
            reading.cents
        into spent
        from genjobs.budget_month(p_job.user_id, p_budget.project_id, p_budget.time_zone, p_job.created_at) as reading;
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
    where event.user_id = spent.user_id and event.id > spent.event_id;
    spent.id := case when added.events < 100 then spent.id end;
    spent.event_id := coalesce(added.last_id, spent.event_id);
    spent.cents := spent.cents + coalesce(added.cents, 0);
    return spent;
end
$$;

create or replace function genjobs.refuse_beyond_budget(p_job public.generation_jobs) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
    added constant bigint := genjobs.added_cents(p_job);
    budget public.budgets;
    spent genjobs.spendings;
begin
    if added = 0 then
        return;
    end if;
    if p_job.created_at < '0001-01-01 00:00Z' or p_job.created_at >= '9999-01-01 00:00Z' then
        raise exception 'Where a budget is a hard limit, jobs are created in the years 1 to 9998.'
            using errcode = 'datetime_field_overflow',
                detail = format('created_at was to be %s.', p_job.created_at),
                hint = 'Leave created_at out to take the present moment.';
    end if;
    perform genjobs.take_turn(p_job.user_id);
    for budget in
        select hard.*
        from public.budgets as hard
        where hard.is_hard and hard.user_id = p_job.user_id
            and coalesce(hard.project_id, p_job.project_id) = p_job.project_id
        order by hard.id
    loop
        spent := genjobs.spent_before(budget, p_job);
        if spent.cents + added > budget.monthly_cents then
            raise exception
                'The job would go beyond the monthly budget: with it, % of % would be spent in %.',
                genjobs.dollars(spent.cents + added), genjobs.dollars(budget.monthly_cents),
                to_char(spent.month, 'YYYY-MM')
                using errcode = 'PT402',
                    detail = format(
                        'It is budget %s of %s, whose months are those of %s.',
                        budget.id, coalesce('project ' || budget.project_id, 'the person'), budget.time_zone
                    ),
                    hint = 'Raise the budget or make it a soft one, or wait for the next month.';
        end if;
        if spent.id is null then
            insert into genjobs.spendings overriding user value select spent.*;
        end if;
    end loop;
end
$$;

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
    elsif not genjobs.is_loading() then
        perform genjobs.refuse_beyond_budget(new);
    end if;
    return null;
end
$$;

revoke all on function genjobs.is_loading(), genjobs.take_turn(uuid),
    genjobs.added_cents(public.generation_jobs),
    genjobs.spent_before(public.budgets, public.generation_jobs),
    genjobs.refuse_beyond_budget(public.generation_jobs)
    from public, anon, authenticated, service_role;

create or replace trigger "0_refuse_foreign_project_of_new"
    after insert on public.generation_jobs
    for each row execute function genjobs.refuse_foreign_project();
drop function if exists genjobs.take_turns(uuid[]), genjobs.refuse_beyond_budget(uuid, public.generation_jobs[]);

insert into genjobs.schema_versions (version) values ('20261125090400') on conflict do nothing;
