-- Adds jobs that are older than the log to it, and compares the log with every job.

-- Adds those of the jobs that have no event to the log, as kind known, and to the totals and histograms in the same
-- transaction. None of it waits to be folded, except during a rebuild that has not come that far. A writer who changes
-- one of the jobs meanwhile adds the event of that change. Waits for a fold in progress.
create or replace function genjobs.take_in(p_job_ids uuid[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    before_id bigint;
    last_id bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Jobs can be added to the totals only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    -- A person can be deleted only after this, together with what is written about them here.
    perform
    from auth.users as person
    where person.id in (select job.user_id from public.generation_jobs as job where job.id = any (p_job_ids))
    order by person.id
    for key share;
    select coalesce(max(event.id), 0) into before_id
    from public.generation_job_events as event
    where event.transaction_id = '0';
    insert into public.generation_job_events (
        transaction_id, at, job_created_at, job_id, user_id, project_id, mode, kind,
        new_status, new_cost_cents, error, actor_role
    )
    select
        '0', coalesce(job.updated_at, clock_timestamp()), job.created_at, job.id, job.user_id, job.project_id, job.mode,
        'known', job.status, job.cost_cents, job.error, current_setting('role')
    from (select distinct id from unnest(p_job_ids) as given (id)) as given
    join public.generation_jobs as job on job.id = given.id
    where not exists (select from public.generation_job_events as event where event.job_id = job.id)
        and exists (select from auth.users as person where person.id = job.user_id);
    perform genjobs.queue_jobs(p_job_ids);
    select coalesce(max(event.id), 0) into last_id
    from public.generation_job_events as event
    where event.transaction_id = '0';
    perform genjobs.fold_or_set_aside('0', before_id, '0', last_id, given.histogram)
    from (values (false), (true)) as given (histogram)
    cross join lateral genjobs.horizon(given.histogram) as since
    where since.transaction_id > '0';
end
$$;

-- Adds the next p_jobs jobs, the oldest first, so that each batch changes few totals. Returns their number.
create or replace function genjobs.back_fill_totals(p_jobs integer) returns bigint
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    batch record;
begin
    select
        array_agg(job.id) as ids, count(*) as jobs,
        (array_agg(job.created_at order by job.created_at desc, job.id desc))[1] as last_created_at,
        (array_agg(job.id order by job.created_at desc, job.id desc))[1] as last_id
    into batch
    from (
        select job.id, job.created_at
        from genjobs.back_fill_state as state
        join public.generation_jobs as job on (job.created_at, job.id) > (state.job_created_at, state.job_id)
        order by job.created_at, job.id
        limit p_jobs
    ) as job;
    perform genjobs.take_in(batch.ids);
    update genjobs.back_fill_state
    set job_created_at = coalesce(batch.last_created_at, job_created_at),
        job_id = coalesce(batch.last_id, job_id),
        jobs = jobs + batch.jobs;
    return batch.jobs;
end
$$;

-- Processes the next p_jobs jobs. First it adds those that are older than the log. Then, in the order of their ids, it
-- adds to the log, as kind known, what is still missing: of jobs that were changed meanwhile, and changes that bypassed
-- the triggers. Whatever happens to a job meanwhile, its events add up to its row, because each statement sees both.
-- Returns whether that was the last batch.
create or replace function genjobs.back_fill(p_jobs integer default 20000) returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    after_id uuid;
    upto_id uuid;
    is_taken_in boolean;
    is_done boolean;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The log can be filled only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    select state.job_id, state.taken_in, state.done into after_id, is_taken_in, is_done
    from genjobs.back_fill_state as state
    for update;
    if is_done then
        return true;
    end if;
    if not is_taken_in then
        if genjobs.back_fill_totals(p_jobs) < p_jobs then
            update genjobs.back_fill_state set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true;
        end if;
        return false;
    end if;
    select batch.id into upto_id
    from (
        select job.id from public.generation_jobs as job where job.id > after_id order by job.id limit p_jobs
    ) as batch
    order by batch.id
    offset p_jobs - 1;
    is_done := upto_id is null;
    upto_id := coalesce(upto_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff');
    perform
    from auth.users as person
    where person.id in (
        select job.user_id from public.generation_jobs as job where job.id > after_id and job.id <= upto_id
        union all
        select event.user_id
        from public.generation_job_events as event
        where event.job_id > after_id and event.job_id <= upto_id
    )
    order by person.id
    for key share;

    insert into public.generation_job_events (
        at, job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_role
    )
    select
        coalesce(job.updated_at, clock_timestamp()), lacking.created_at, lacking.job_id, lacking.user_id,
        lacking.project_id, lacking.mode, 'known',
        case when lacking.number < 0 then lacking.status end, case when lacking.number > 0 then lacking.status end,
        case when lacking.number < 0 then lacking.cost_cents end, case when lacking.number > 0 then lacking.cost_cents end,
        case when lacking.number > 0 then job.error end, current_setting('role')
    from (
        select
            side.job_id, side.user_id, side.project_id, side.mode, side.status, side.cost_cents, side.created_at,
            sum(side.number)::integer as number
        from (
            select
                job.id as job_id, job.user_id, job.project_id, job.mode, job.status, job.cost_cents, job.created_at,
                1 as number
            from public.generation_jobs as job
            where job.id > after_id and job.id <= upto_id
            union all
            select
                event.job_id, event.user_id, event.project_id, event.mode, given.status, given.cost_cents,
                event.job_created_at, given.number
            from public.generation_job_events as event
            cross join lateral (
                values
                    (event.old_status, event.old_cost_cents, 1, event.kind = 'restored'),
                    (event.new_status, event.new_cost_cents, -1, event.kind = 'deleted')
            ) as given (status, cost_cents, number, of_deleted)
            where event.job_id > after_id
                and event.job_id <= upto_id
                and given.status is not null
                and given.status <> 'excluded'
                and not given.of_deleted
        ) as side
        group by 1, 2, 3, 4, 5, 6, 7
        having sum(side.number) <> 0
    ) as lacking
    left join public.generation_jobs as job on job.id = lacking.job_id
    cross join lateral generate_series(1, abs(lacking.number))
    where exists (select from auth.users as person where person.id = lacking.user_id);
    perform genjobs.mend_exclusions(after_id, upto_id);

    update genjobs.back_fill_state set job_id = upto_id, done = is_done;
    return is_done;
end
$$;

-- Starts the comparison of the log with every job again.
create or replace function genjobs.restart_back_fill() returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into genjobs.back_fill_state as state (taken_in, done)
    values (true, false)
    on conflict (only_row) do update
    set job_id = '00000000-0000-0000-0000-000000000000', taken_in = true, done = false
$$;

-- Marks the totals as complete if the log is complete and they were made on this server. Waits for a fold in progress.
create or replace function genjobs.finish_back_fill() returns boolean
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    update genjobs.fold_state
    set complete = true
    where genjobs.totals_state() = 'filling' and (select state.done from genjobs.back_fill_state as state);
    return genjobs.totals_state() = 'complete';
end
$$;

revoke all on function
    genjobs.take_in(uuid[]),
    genjobs.back_fill_totals(integer),
    genjobs.back_fill(integer),
    genjobs.restart_back_fill(),
    genjobs.finish_back_fill()
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131400') on conflict do nothing;
