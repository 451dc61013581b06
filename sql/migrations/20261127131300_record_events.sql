-- The triggers that write the log and keep the queue up to date. The log begins when they are created, and so do the
-- totals.

-- The owner of the tables may load jobs without recording them at once, in a transaction that sets genjobs.recording to
-- later. That transaction must then call genjobs.take_in() for them.
create or replace function genjobs.is_loading() returns boolean
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(current_setting('genjobs.recording', true), '') = 'later' and genjobs.is_owner()
$$;

-- A new job counts as restored only if the owner of the tables inserts it and it was deleted before. Anyone can set
-- `genjobs.restoring`, but for others the job is new like any other.
create or replace function genjobs.comes_back(p_job_id uuid) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.is_owner()
        and coalesce((
            select event.kind = 'deleted'
            from public.generation_job_events as event
            where event.job_id = p_job_id and event.kind in ('deleted', 'restored')
            order by event.id desc
            limit 1
        ), false)
$$;

-- Jobs that were recorded before the end of their statement because of a hard budget. There are rows only while a
-- statement runs, and then possibly many, while the plans were made when there were none: readers must use the key.
create unlogged table if not exists genjobs.recorded_at_once (
    job_id uuid primary key
);
revoke all on table genjobs.recorded_at_once from public, anon, authenticated, service_role;

create or replace function genjobs.is_recorded(p_job_id uuid) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
    select exists (select from genjobs.recorded_at_once as recorded where recorded.job_id = p_job_id)
$$;

create or replace function genjobs.forget_recorded(p_job_id uuid) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
    delete from genjobs.recorded_at_once as recorded where recorded.job_id = p_job_id
$$;

-- Writes a new job into the log before its statement ends, so that the next job is checked with this one counted.
create or replace function genjobs.record_at_once(p_job public.generation_jobs) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    is_back constant boolean := current_setting('genjobs.restoring', true) = 'on' and genjobs.comes_back(p_job.id);
    event_id bigint;
begin
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    values (
        p_job.created_at, p_job.id, p_job.user_id, p_job.project_id, p_job.mode,
        case when is_back then 'restored' else 'created' end,
        case when is_back then p_job.status end, p_job.status,
        case when is_back then p_job.cost_cents end, p_job.cost_cents,
        p_job.error, auth.uid(), current_setting('role')
    )
    returning id into event_id;
    insert into genjobs.recorded_at_once (job_id) values (p_job.id) on conflict do nothing;
    perform set_config('genjobs.recorded_at_once', 'on', true);
    if event_id % 4096 = 0 then
        perform genjobs.fold_sometimes(event_id, event_id);
    end if;
end
$$;

-- Writes the new jobs of a statement into the log. If some were recorded because of a hard budget, that budget may have
-- been created while the statement was running: the jobs before it are checked now. The setting genjobs.recorded_at_once
-- saves all other statements this check; nobody can change it between the triggers of a row and this one.
create or replace function genjobs.record_new_jobs() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    is_restoring constant boolean := coalesce(current_setting('genjobs.restoring', true), '') = 'on';
    are_some_recorded constant boolean := coalesce(current_setting('genjobs.recorded_at_once', true), '') = 'on';
    id_before constant bigint := coalesce(pg_sequence_last_value('public.generation_job_events_id_seq'), 0);
    id_after bigint;
    unjudged public.generation_jobs;
    recorded bigint;
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if current_setting('genjobs.recording', true) is not distinct from 'later' and genjobs.is_loading() then
        return null;
    end if;
    if are_some_recorded then
        for unjudged in
            select job.*
            from new_jobs as job
            where not genjobs.is_recorded(job.id) and genjobs.is_limited(job.project_id, job.user_id)
        loop
            perform genjobs.judge_spending(unjudged);
        end loop;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        job.created_at, job.id, job.user_id, job.project_id, job.mode,
        case when back.yes then 'restored' else 'created' end,
        case when back.yes then job.status end, job.status,
        case when back.yes then job.cost_cents end, job.cost_cents,
        job.error, actor.id, actor.role
    from new_jobs as job
    cross join (select auth.uid() as id, current_setting('role') as role) as actor
    cross join lateral (select is_restoring and genjobs.comes_back(job.id) as yes) as back
    where not (are_some_recorded and genjobs.is_recorded(job.id));
    get diagnostics recorded = row_count;
    id_after := pg_sequence_last_value('public.generation_job_events_id_seq');
    if recorded = 1 then -- usually one job: it does not need the plan for many
        insert into genjobs.job_queue (job_id, user_id, project_id, turn, mode)
        select
            job.id, job.user_id, job.project_id,
            genjobs.next_turn(job.user_id, job.mode, job.project_id),
            left(job.mode, 100)
        from new_jobs as job
        where job.status = 'queued'
        on conflict (job_id) do nothing;
    else
        insert into genjobs.job_queue (job_id, user_id, project_id, turn, mode) -- as queue_jobs does, which would read the jobs anew
        with kind as materialized (
            select kind.*, genjobs.next_turn(kind.user_id, kind.mode, kind.project_id) as first_turn
            from (
                select distinct job.user_id, job.mode, job.project_id from new_jobs as job where job.status = 'queued'
            ) as kind
        ),
        placed as (
            select
                job.id, job.user_id, job.project_id, job.mode, kind.first_turn,
                row_number() over (partition by job.user_id order by kind.first_turn, job.created_at, job.id) as place
            from new_jobs as job
            join kind on kind.user_id = job.user_id and kind.mode = job.mode and kind.project_id = job.project_id
            where job.status = 'queued'
        )
        select
            placed.id, placed.user_id, placed.project_id,
            placed.place + max(placed.first_turn - placed.place) over (
                partition by placed.user_id order by placed.place
            ),
            left(placed.mode, 100)
        from placed
        on conflict (job_id) do nothing;
    end if;
    if pg_sequence_last_value('genjobs.listening_until') > extract(epoch from clock_timestamp()) then
        perform genjobs.notify_workers();
    end if;
    if are_some_recorded then
        perform genjobs.forget_recorded(job.id) from new_jobs as job;
    end if;
    if id_after / 4096 > id_before / 4096 then
        perform genjobs.fold_sometimes(id_before + 1, id_after);
    end if;
    return null;
end
$$;

-- The trigger has no condition: PostgreSQL would parse it again for every statement, which costs more than this call.
create or replace function genjobs.record_change() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    event_id bigint;
    takes_exclusion_along boolean;
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if new.project_id is distinct from old.project_id
        or new.mode is distinct from old.mode
        or new.user_id is distinct from old.user_id
        or new.created_at is distinct from old.created_at
        or new.id is distinct from old.id
    then
        if old.status = 'failed' then
            perform genjobs.notice_exclusion(old.id);
            takes_exclusion_along := genjobs.is_excluded(old.id);
        end if;
        if takes_exclusion_along then
            insert into public.generation_job_events (
                job_created_at, job_id, user_id, project_id, mode, kind, old_status, old_cost_cents, actor_id, actor_role
            )
            values (
                old.created_at, old.id, old.user_id, old.project_id, old.mode, 'excluded', 'excluded', 0,
                auth.uid(), current_setting('role')
            );
        end if;
        perform genjobs.follow_change(old, new);
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
        if takes_exclusion_along then
            perform genjobs.exclude_job(new);
        end if;
        return null;
    end if;
    if new.status is distinct from old.status then
        if pg_trigger_depth() > 1 or current_setting('genjobs.queue_is_kept', true) is distinct from 'on' then
            perform genjobs.follow_change(old, new);
        end if;
    elsif new.cost_cents is not distinct from old.cost_cents then
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
    if event_id % 4096 = 0 then
        perform genjobs.fold_sometimes(event_id, event_id);
    end if;
    return null;
end
$$;

-- Deletes what other tables store about deleted jobs. Most databases have few such rows.
create or replace function genjobs.forget_jobs(p_job_ids uuid[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from genjobs.job_attempts) then
        delete from genjobs.job_attempts as attempt where attempt.job_id = any (p_job_ids);
    end if;
    if exists (select from genjobs.lost_leases) then
        delete from genjobs.lost_leases as lease where lease.job_id = any (p_job_ids);
    end if;
    if exists (select from genjobs.job_options) then
        delete from genjobs.job_options as options where options.job_id = any (p_job_ids);
    end if;
    if exists (select from genjobs.job_keys) then
        delete from genjobs.job_keys as key where key.first_job_id = any (p_job_ids);
    end if;
end
$$;

-- The jobs that were cancelled or moved by hand under a worker that may still be doing them: within 15 seconds, until it has
-- reported what they cost.
create or replace function genjobs.recently_lost() returns setof uuid
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select lost.job_id from genjobs.lost_leases as lost where lost.lost_at > clock_timestamp() - interval '15 seconds'
$$;

-- A person cannot delete a job while its worker has not reported what it cost: that would be counted nowhere.
create or replace function genjobs.refuse_unreported(p_jobs uuid[]) returns void
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    held uuid;
begin
    select unreported.job_id into held
    from (
        select lease.job_id from genjobs.job_leases as lease
        union all
        select genjobs.recently_lost()
    ) as unreported
    where unreported.job_id = any (p_jobs)
    limit 1;
    if held is not null then
        raise exception 'A worker has not reported yet what job % cost.', held
            using errcode = 'PT409',
                hint = 'Cancel the job if it is running, and delete it 15 seconds later.';
    end if;
end
$$;

-- Jobs that are deleted together with their user leave no trace.
create or replace function genjobs.record_deleted_jobs() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    id_before constant bigint := coalesce(pg_sequence_last_value('public.generation_job_events_id_seq'), 0);
    id_after bigint;
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if current_setting('role') = 'authenticated' then
        perform genjobs.refuse_unreported(array(select job.id from old_jobs as job));
    end if;
    if exists (select from old_jobs as job where job.status in ('queued', 'running')) then
        delete from genjobs.job_queue as queued using old_jobs as job where queued.job_id = job.id;
        delete from genjobs.job_delays as delayed using old_jobs as job where delayed.job_id = job.id;
        delete from genjobs.job_leases as lease using old_jobs as job where lease.job_id = job.id;
        delete from genjobs.job_progress as progress using old_jobs as job where progress.job_id = job.id;
    end if;
    perform genjobs.forget_jobs(array(select job.id from old_jobs as job));
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        job.created_at, job.id, job.user_id, job.project_id, job.mode, 'deleted',
        job.status, job.status, job.cost_cents, job.cost_cents, job.error, actor.id, actor.role
    from old_jobs as job
    cross join (select auth.uid() as id, current_setting('role') as role) as actor
    where exists (select from auth.users as person where person.id = job.user_id);
    id_after := pg_sequence_last_value('public.generation_job_events_id_seq');
    if id_after / 4096 > id_before / 4096 then
        perform genjobs.fold_sometimes(id_before + 1, id_after);
    end if;
    return null;
end
$$;

create or replace function genjobs.record_truncation() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The jobs can be truncated only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    delete from genjobs.job_queue;
    delete from genjobs.job_delays;
    delete from genjobs.job_leases;
    delete from genjobs.lost_leases;
    delete from genjobs.job_attempts;
    delete from genjobs.job_options;
    delete from genjobs.job_keys;
    delete from genjobs.job_progress;
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

revoke all on function
    genjobs.is_loading(),
    genjobs.comes_back(uuid),
    genjobs.is_recorded(uuid),
    genjobs.forget_recorded(uuid),
    genjobs.record_at_once(public.generation_jobs),
    genjobs.record_new_jobs(),
    genjobs.record_change(),
    genjobs.forget_jobs(uuid[]),
    genjobs.recently_lost(),
    genjobs.refuse_unreported(uuid[]),
    genjobs.record_deleted_jobs(),
    genjobs.record_truncation()
    from public, anon, authenticated, service_role;

create or replace trigger record_creation
    after insert on public.generation_jobs
    referencing new table as new_jobs
    for each statement execute function genjobs.record_new_jobs();
create or replace trigger record_change
    after update on public.generation_jobs
    for each row execute function genjobs.record_change();
create or replace trigger record_deletion
    after delete on public.generation_jobs
    referencing old table as old_jobs
    for each statement execute function genjobs.record_deleted_jobs();
create or replace trigger record_truncation
    before truncate on public.generation_jobs
    for each statement execute function genjobs.record_truncation();

-- If there is no job yet, none is older than the log. Creating the triggers above keeps other writers away until these
-- rows exist.
insert into genjobs.fold_state (complete)
select not exists (select from public.generation_jobs) and not exists (select from public.generation_job_events)
on conflict do nothing;
insert into genjobs.back_fill_state (done) select complete from genjobs.fold_state on conflict do nothing;
insert into genjobs.totals_origins (cluster)
select case when genjobs.has_missed_events() then 0 else system.system_identifier end
from pg_catalog.pg_control_system() as system
where not exists (select from genjobs.totals_origins);

insert into genjobs.schema_versions (version) values ('20261127131300') on conflict do nothing;
