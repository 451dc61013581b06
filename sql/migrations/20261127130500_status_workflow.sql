-- queued becomes running, and running becomes succeeded or failed. Nothing else is allowed, for any role and whichever
-- way the row is written.
-- The triggers of jobs run after the row is written: they check what was really written, and an upsert that finds its row
-- is checked as an update. The rule is in the function: as the trigger's condition, PostgreSQL would parse it again for
-- every statement, at four times the cost of the call.

create or replace function genjobs.refuse_move() returns trigger
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    if new.status is not distinct from old.status
        or (old.status, new.status) in (('queued', 'running'), ('running', 'succeeded'), ('running', 'failed'))
    then
        return null;
    end if;
    raise exception 'The workflow does not allow this change of status.'
        using errcode = 'PT409',
            detail = format('Job %s is %s; the given status is %s.', old.id, old.status, new.status),
            hint = case old.status
                when 'queued' then 'A queued job can only become running.'
                when 'running' then 'A running job can only become succeeded or failed.'
                else 'A finished job keeps its status; create a new job.'
            end;
end
$$;

-- A job starts queued. Only the owner of the table may insert other jobs, to load demo data, in a transaction that sets
-- genjobs.loading to on.
create or replace function genjobs.refuse_start(p_job public.generation_jobs) returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('genjobs.loading', true) = 'on' and genjobs.is_owner() then
        return;
    end if;
    raise exception 'A job starts queued.'
        using errcode = 'check_violation',
            constraint = 'a_job_starts_queued',
            table = 'generation_jobs',
            schema = 'public',
            detail = format('The given status is %s.', p_job.status),
            hint = 'Leave out status, and move the job with transition_job_status.';
end
$$;

revoke all on function genjobs.refuse_move(), genjobs.refuse_start(public.generation_jobs) from public, anon, authenticated, service_role;

create or replace trigger refuse_move
    after update on public.generation_jobs
    for each row
    execute function genjobs.refuse_move();

-- The update requires the old status that it expects: of several concurrent callers, only one finds it.
create or replace function public.transition_job_status(
    p_job_id uuid, p_new_status text, p_error text default null
)
returns boolean
language plpgsql
security invoker
set search_path = pg_catalog, pg_temp
as $$
begin
    update public.generation_jobs as job
    set status = p_new_status, error = coalesce(p_error, job.error)
    where job.id = p_job_id
        and (job.status, p_new_status) in (
            ('queued', 'running'), ('running', 'succeeded'), ('running', 'failed')
        )
        and (current_user = 'service_role' or job.user_id = (select auth.uid()));
    return found;
end
$$;
revoke all on function public.transition_job_status(uuid, text, text) from public, anon, authenticated, service_role;
grant execute on function public.transition_job_status(uuid, text, text) to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127130500') on conflict do nothing;
