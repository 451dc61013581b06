-- Projects to which no hard budget applies. An insert into one of them needs only this table to know that the project
-- belongs to its user and that there is no budget to check.

-- Projects to which no hard budget applies, with their user. A project that is missing here is checked in full, and added
-- if no budget applies. So each row must be right, while a missing row only costs time.
create table if not exists genjobs.unlimited_projects (
    project_id uuid primary key references public.projects (id) on update cascade on delete cascade,
    user_id uuid not null
);
revoke all on table genjobs.unlimited_projects from public, anon, authenticated, service_role;

create or replace function genjobs.is_limited(p_project_id uuid, p_user_id uuid) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select
        from public.budgets as budget
        where budget.is_hard and budget.user_id = p_user_id and coalesce(budget.project_id, p_project_id) = p_project_id
    )
$$;

-- People share 256 locks, so that a bulk insert for thousands of them does not fill the server's lock table.
create or replace function genjobs.limits_key(p_user_id uuid) returns integer
language sql
stable
set search_path = pg_catalog, pg_temp
as $$
    select mod(hashtext(p_user_id::text), 256)
$$;

-- Whoever adds a project of the user to unlimited_projects or removes one holds this lock, so that a removal sees every
-- row. That needs isolation level read committed: a snapshot older than the lock could miss rows.
create or replace function genjobs.lock_limits(p_user_id uuid) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Hard limits and the owner of a project can be changed only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtext('genjobs limits'), genjobs.limits_key(p_user_id));
end
$$;

create or replace function genjobs.limit_projects() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
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
set search_path = pg_catalog, pg_temp
as $$
begin
    perform genjobs.lock_limits(old.user_id);
    delete from genjobs.unlimited_projects as project where project.project_id = old.id;
    return null;
end
$$;

-- Adds a project to unlimited_projects if no hard budget applies to it. First waits for transactions that delete the
-- person or the project, since the row is deleted with them. Does not wait for the lock: whoever has it is adding the
-- same row or setting a limit. The check is a statement of its own after the lock, so it sees what was committed before.
create or replace function genjobs.note_unlimited(p_project_id uuid, p_user_id uuid) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
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

revoke all on function
    genjobs.is_limited(uuid, uuid),
    genjobs.limits_key(uuid),
    genjobs.lock_limits(uuid),
    genjobs.limit_projects(),
    genjobs.limit_new_owner(),
    genjobs.note_unlimited(uuid, uuid)
    from public, anon, authenticated, service_role;

create or replace trigger limit_projects
    after insert or update on public.budgets
    for each row execute function genjobs.limit_projects();
create or replace trigger limit_new_owner
    after update of user_id on public.projects
    for each row
    when (new.user_id is distinct from old.user_id)
    execute function genjobs.limit_new_owner();

insert into genjobs.schema_versions (version) values ('20261127132300') on conflict do nothing;
