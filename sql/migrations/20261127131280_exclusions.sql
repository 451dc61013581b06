-- The failed jobs that the success rate leaves out, recorded by events of kind excluded.

-- Whether the success rate leaves a job out. Exclusions of an earlier job with the same id do not count.
create or replace function genjobs.is_excluded(p_job_id uuid) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(sum(case when event.new_status is null then -1 else 1 end), 0) > 0
    from public.generation_job_events as event
    where event.job_id = p_job_id
        and event.kind = 'excluded'
        and not exists (
            select
            from public.generation_job_events as later
            where later.job_id = p_job_id and later.id > event.id and later.kind in ('created', 'joined')
        )
$$;

-- Excludes a failed job from the success rate, once: of a chain of attempts only the last one counts, and jobs that were
-- cancelled or handed back do not count. The caller must hold a lock on the job's row.
create or replace function genjobs.exclude_job(p_job public.generation_jobs) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    event_id bigint;
begin
    if genjobs.is_excluded(p_job.id) then
        return;
    end if;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind, new_status, new_cost_cents, actor_id, actor_role
    )
    values (
        p_job.created_at, p_job.id, p_job.user_id, p_job.project_id, p_job.mode, 'excluded', 'excluded', 0,
        auth.uid(), current_setting('role')
    )
    returning id into event_id;
    if event_id % 4096 = 0 then
        perform genjobs.fold_sometimes(event_id, event_id);
    end if;
end
$$;

-- At REPEATABLE READ, fails with 40001 if another transaction has excluded the failed job since this one's snapshot, which
-- therefore does not show the event. Whoever excludes a job writes its attempt.
create or replace function genjobs.notice_exclusion(p_job_id uuid) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if current_setting('transaction_isolation') = 'read committed' then
        return;
    end if;
    perform from genjobs.job_attempts as attempt where attempt.job_id = p_job_id for share;
    if found then
        return;
    end if;
    insert into genjobs.job_attempts (job_id, first_job_id, attempt)
    values (p_job_id, p_job_id, 1)
    on conflict (job_id) do nothing;
    delete from genjobs.job_attempts as attempt where attempt.job_id = p_job_id;
end
$$;

-- The failed jobs with ids in (p_after, p_upto] that are to be left out according to their attempts, but are not excluded
-- in the log.
create or replace function genjobs.wrongly_counted(p_after uuid, p_upto uuid) returns setof public.generation_jobs
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select job.*
    from genjobs.job_attempts as attempt
    join public.generation_jobs as job on job.id = attempt.job_id and job.status = 'failed'
    where attempt.job_id > p_after
        and attempt.job_id <= p_upto
        and (attempt.retried_as is not null or attempt.ending in ('cancelled', 'handed_back'))
        and not genjobs.is_excluded(job.id)
$$;

-- Whether an event of kind excluded can apply to this id: the job has failed, or it was deleted. After a restore the log
-- may have jobs that were not restored.
create or replace function genjobs.can_be_excluded(p_job_id uuid) returns boolean
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select exists (select from public.generation_jobs as job where job.id = p_job_id and job.status = 'failed')
        or exists (
            select from public.generation_job_events as event where event.job_id = p_job_id and event.kind = 'deleted'
        )
$$;

-- Adds the missing exclusions of jobs with ids in (p_after, p_upto] to the log, and undoes those that cannot apply.
create or replace function genjobs.mend_exclusions(p_after uuid, p_upto uuid) returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    select genjobs.exclude_job(job) from genjobs.wrongly_counted(p_after, p_upto) as job;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind, old_status, old_cost_cents, actor_role
    )
    select
        wrong.job_created_at, wrong.job_id, wrong.user_id, wrong.project_id, wrong.mode, 'excluded', 'excluded', 0,
        current_setting('role')
    from (
        select
            event.job_created_at, event.job_id, event.user_id, event.project_id, event.mode,
            sum(case when event.new_status is null then -1 else 1 end) as number
        from public.generation_job_events as event
        where event.job_id > p_after
            and event.job_id <= p_upto
            and event.kind = 'excluded'
            and not genjobs.can_be_excluded(event.job_id)
        group by 1, 2, 3, 4, 5
    ) as wrong
    cross join lateral generate_series(1, wrong.number)
    where exists (select from auth.users as person where person.id = wrong.user_id)
$$;

revoke all on function
    genjobs.is_excluded(uuid),
    genjobs.exclude_job(public.generation_jobs),
    genjobs.notice_exclusion(uuid),
    genjobs.wrongly_counted(uuid, uuid),
    genjobs.can_be_excluded(uuid),
    genjobs.mend_exclusions(uuid, uuid)
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131280') on conflict do nothing;
