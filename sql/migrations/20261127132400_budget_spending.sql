-- The amount spent of a hard budget before a new job: from the totals if they are complete, otherwise from the log and
-- the jobs that the log does not have; and from what the transaction itself has read and inserted.

-- People with a hard budget who have inserted jobs. A transaction that inserts jobs for one of them holds a lock on their
-- row.
create table if not exists genjobs.spenders (
    user_id uuid primary key references auth.users (id) on delete cascade
);
revoke all on table genjobs.spenders from public, anon, authenticated, service_role;

-- The amount spent of a budget in a month, up to an event of the log. Once a transaction has read a month, it adds only
-- later events and does not read the month again. If a row is missing, the month is read.
-- After a restore on another server, a transaction may get an id that is in here, but its start time differs. The table
-- grows within a statement, while plans were made when it was small: readers must use the key.
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

-- Inserts for the same person wait for each other here, so that each sees those before it. First waits for a transaction
-- that deletes the person. A transaction that has had its turn keeps it, and deletes the rows that others left in
-- spendings.
create or replace function genjobs.take_turn(p_user_id uuid) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
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
        raise exception 'With a hard budget, jobs can be inserted only at isolation level read committed.'
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

-- The cents that a new job adds to its month. A restored job adds only what it costs more than before it was deleted.
create or replace function genjobs.added_cents(p_job public.generation_jobs) returns bigint
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select greatest(p_job.cost_cents - coalesce((
        select event.old_cost_cents
        from public.generation_job_events as event
        where current_setting('genjobs.restoring', true) = 'on'
            and genjobs.comes_back(p_job.id)
            and event.job_id = p_job.id and event.kind = 'deleted'
        order by event.id desc
        limit 1
    ), 0), 0)
$$;

-- Cents of [p_opens, p_closes) by the log. The jobs themselves cannot be used: they include the new job already, and all
-- others of its statement. For jobs that are older than the log, what it lacks is added: the cost of such a job before
-- its first event, unless an event of kind known has corrected the log since; and jobs without any event, except those of
-- the statement, which p_written_by wrote. Events of kind excluded do not change a cost. After a restore into a database
-- with data, the log may have more than the jobs: until the totals are rebuilt, a limit may then apply too early, but
-- never too late.
create or replace function genjobs.logged_cents(
    p_user_id uuid, p_project_id uuid, p_opens timestamptz, p_closes timestamptz, p_written_by xid
)
returns bigint
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
    select
        coalesce((
            select sum(
                coalesce(told.new_cost_cents, 0)::bigint
                - case when told.number = 1 and not told.is_mended then 0 else coalesce(told.old_cost_cents, 0) end
            )
            from (
                select
                    event.project_id, event.job_created_at, event.old_cost_cents, event.new_cost_cents,
                    row_number() over (partition by event.job_id order by event.id) as number,
                    bool_or(event.kind = 'known') over (partition by event.job_id) as is_mended
                from public.generation_job_events as event
                where event.user_id = p_user_id and event.kind <> 'excluded'
            ) as told
            where told.project_id = coalesce(p_project_id, told.project_id)
                and told.job_created_at >= p_opens and told.job_created_at < p_closes
        ), 0)::bigint
        + coalesce((
            select sum(job.cost_cents)
            from public.generation_jobs as job
            where job.user_id = p_user_id
                and job.project_id = coalesce(p_project_id, job.project_id)
                and job.created_at >= p_opens and job.created_at < p_closes
                and job.xmin <> p_written_by
                and not exists (
                    select from public.generation_job_events as event
                    where event.job_id = job.id and event.kind <> 'excluded'
                )
        ), 0)
$$;

-- Cents spent of the budget before the job in the month from p_opens to p_closes: from the totals if they are complete
-- and the month begins and ends on a quarter of an hour, otherwise from the log.
create or replace function genjobs.month_before(
    p_budget public.budgets, p_job public.generation_jobs, p_opens timestamptz, p_closes timestamptz
)
returns bigint
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
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
$$;

-- The amount spent of the budget before the job: the log does not have the job yet, but has those before it in its
-- statement. The result has no id if it is to be stored in spendings: if the month was read, or many events were added.
-- Events of kind known are skipped, since their jobs were counted when the month was read.
create or replace function genjobs.spent_before(p_budget public.budgets, p_job public.generation_jobs)
returns genjobs.spendings
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
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
$$;

revoke all on function
    genjobs.take_turn(uuid),
    genjobs.added_cents(public.generation_jobs),
    genjobs.logged_cents(uuid, uuid, timestamptz, timestamptz, xid),
    genjobs.month_before(public.budgets, public.generation_jobs, timestamptz, timestamptz),
    genjobs.spent_before(public.budgets, public.generation_jobs)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132400') on conflict do nothing;
