-- One append-only log of what happens to jobs: their history, and the changes that totals are folded from.
-- A job's owner reads it; nobody writes it but the triggers here. An event takes `old_cost_cents` from the totals of
-- `old_status`, where there was one, and adds `new_cost_cents` to those of `new_status`, where there is one.

create table if not exists public.generation_job_events (
    id bigint generated always as identity,
    transaction_id xid8 not null default pg_catalog.pg_current_xact_id(),
    at timestamptz not null default pg_catalog.clock_timestamp(),
    job_created_at timestamptz not null,
    job_id uuid not null,
    user_id uuid not null,
    project_id uuid not null,
    actor_id uuid,
    old_cost_cents integer,
    new_cost_cents integer,
    kind text not null,
    mode text not null,
    old_status text,
    new_status text,
    error text,
    actor_role text,
    primary key (job_id, id)
);
comment on table public.generation_job_events is 'What happened to generation jobs; written by triggers alone.';
comment on column public.generation_job_events.kind is
    'created, moved, cost_changed, deleted, restored; left and joined: to other totals, by a change of project, mode,'
    ' user or creation; known: the job is older than this log, and was like this when the log began.';
comment on column public.generation_job_events.transaction_id is
    'The writer. (transaction_id, id) is an order in which nothing appears behind what all can see, but for'
    ' transaction 0: known jobs that were written together with their totals.';

create index if not exists idx_generation_job_events_transaction
    on public.generation_job_events (transaction_id, id);
create index if not exists idx_generation_job_events_user
    on public.generation_job_events (user_id, id);
create index if not exists idx_generation_job_events_deleted
    on public.generation_job_events (user_id, job_created_at)
    where kind in ('deleted', 'restored');

alter table public.generation_job_events enable row level security;
drop policy if exists "Users can view own generation job events" on public.generation_job_events;
create policy "Users can view own generation job events" on public.generation_job_events
    for select to authenticated using ((select auth.uid()) = user_id);
revoke all on table public.generation_job_events from public, anon, authenticated, service_role;
revoke all on sequence public.generation_job_events_id_seq from public, anon, authenticated, service_role;
grant select on table public.generation_job_events to authenticated, service_role;

-- Totals are folded from the log every so many events; a later file says how.
do $$
begin
    create function genjobs.fold_sometimes(p_event_id bigint) returns void
        language plpgsql
        set search_path = ''
        as $body$
        begin
            return;
        end
        $body$;
    revoke all on function genjobs.fold_sometimes(bigint) from public, anon, authenticated, service_role;
exception when duplicate_function then
    null;
end
$$;

-- Only the owner of the table may put the record of new jobs off, and only in a transaction that says so; it then calls
-- genjobs.take_in() for them in the same transaction.
create or replace function genjobs.record_creation() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    event_id bigint;
begin
    if current_setting('genjobs.recording', true) = 'later' then
        if coalesce(nullif(current_setting('role'), 'none'), session_user) = (
            select pg_catalog.pg_get_userbyid(relowner) from pg_catalog.pg_class where oid = tg_relid
        ) then
            return null;
        end if;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        new.created_at, new.id, new.user_id, new.project_id, new.mode,
        case when back.yes then 'restored' else 'created' end,
        case when back.yes then new.status end, new.status,
        case when back.yes then new.cost_cents end, new.cost_cents,
        new.error, auth.uid(), current_setting('role')
    from (select coalesce(current_setting('genjobs.restoring', true), '') = 'on' as yes) as back
    returning id into event_id;
    if event_id % 2048 = 0 then
        perform genjobs.fold_sometimes(event_id);
    end if;
    return null;
end
$$;

-- Without a condition on the trigger: PostgreSQL parses it anew for every statement, which costs more than this call.
create or replace function genjobs.record_change() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    event_id bigint;
begin
    if new.project_id is distinct from old.project_id
        or new.mode is distinct from old.mode
        or new.user_id is distinct from old.user_id
        or new.created_at is distinct from old.created_at
        or new.id is distinct from old.id
    then
        insert into public.generation_job_events (
            job_created_at, job_id, user_id, project_id, mode, kind,
            old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
        )
        values
            (
                old.created_at, old.id, old.user_id, old.project_id, old.mode, 'left',
                old.status, null, old.cost_cents, null, null, auth.uid(), current_setting('role')
            ),
            (
                new.created_at, new.id, new.user_id, new.project_id, new.mode, 'joined',
                null, new.status, null, new.cost_cents, new.error, auth.uid(), current_setting('role')
            );
        return null;
    end if;
    if new.status is not distinct from old.status and new.cost_cents is not distinct from old.cost_cents then
        return null;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    values (
        new.created_at, new.id, new.user_id, new.project_id, new.mode,
        case when new.status is distinct from old.status then 'moved' else 'cost_changed' end,
        old.status, new.status, old.cost_cents, new.cost_cents, new.error, auth.uid(), current_setting('role')
    )
    returning id into event_id;
    if event_id % 2048 = 0 then
        perform genjobs.fold_sometimes(event_id);
    end if;
    return null;
end
$$;

-- What goes with its user leaves no trace.
create or replace function genjobs.record_deletion() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
    event_id bigint;
begin
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        old.created_at, old.id, old.user_id, old.project_id, old.mode, 'deleted',
        old.status, old.status, old.cost_cents, old.cost_cents, old.error, auth.uid(), current_setting('role')
    where exists (select from auth.users as person where person.id = old.user_id)
    returning id into event_id;
    if event_id % 2048 = 0 then
        perform genjobs.fold_sometimes(event_id);
    end if;
    return null;
end
$$;

create or replace function genjobs.record_truncation() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The jobs can be truncated at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        job.created_at, job.id, job.user_id, job.project_id, job.mode, 'deleted',
        job.status, job.status, job.cost_cents, job.cost_cents, job.error, auth.uid(), current_setting('role')
    from public.generation_jobs as job;
    return null;
end
$$;

revoke all on function genjobs.record_creation(), genjobs.record_change(), genjobs.record_deletion(),
    genjobs.record_truncation() from public, anon, authenticated, service_role;

create or replace trigger record_creation
    after insert on public.generation_jobs
    for each row execute function genjobs.record_creation();
create or replace trigger record_change
    after update on public.generation_jobs
    for each row execute function genjobs.record_change();
create or replace trigger record_deletion
    after delete on public.generation_jobs
    for each row execute function genjobs.record_deletion();
create or replace trigger record_truncation
    before truncate on public.generation_jobs
    for each statement execute function genjobs.record_truncation();

insert into genjobs.schema_versions (version) values ('20261124090000') on conflict do nothing;
