-- A new job counts as one that comes back only where the tables' owner says so, and only if it was deleted before. Anyone
-- may set `genjobs.restoring`; whoever is not the owner inserts a new job like any other.

create or replace function genjobs.comes_back(p_job_id uuid) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(nullif(current_setting('role'), 'none'), session_user) = (
            select pg_get_userbyid(relowner) from pg_class where oid = 'public.generation_jobs'::regclass
        )
        and coalesce((
            select event.kind = 'deleted'
            from public.generation_job_events as event
            where event.job_id = p_job_id and event.kind in ('deleted', 'restored')
            order by event.id desc
            limit 1
        ), false)
$$;

-- Only the owner of the table may put the record of new jobs off, and only in a transaction that says so; it then calls
-- genjobs.take_in() for them in the same transaction.
create or replace function genjobs.record_creation() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
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
    from (
        select current_setting('genjobs.restoring', true) = 'on' and genjobs.comes_back(new.id) as yes
    ) as back
    returning id into event_id;
    if event_id % 2048 = 0 then
        perform genjobs.fold_sometimes(event_id);
    end if;
    return null;
end
$$;

-- What a new job adds to its month. A job that is restored costs no more than it did.
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

revoke all on function genjobs.comes_back(uuid), genjobs.record_creation(), genjobs.added_cents(public.generation_jobs)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127120100') on conflict do nothing;
