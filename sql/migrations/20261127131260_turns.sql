-- The order in which jobs are claimed.

-- The highest turn that claims have reached, by the jobs that they asked for: of one project or all, of one mode or all,
-- '* =lifestyle' for one mode of all projects. It only rises. The waiting jobs cannot tell it: the only one of its mode may
-- be the last of its person's thousand.
create table if not exists genjobs.reached_turns (
    pool text primary key,
    turn bigint not null,
    noted_at timestamptz not null default clock_timestamp()
);

-- The turn of a person's next job of a mode and a project: after their own last waiting job, and after the turn that the
-- workers who would run it have reached, who are not past that job if they would run it too; if no worker has claimed such
-- a job yet, after the first waiting job. Without a person, only the latter. Claims look from queue_turn on, which an
-- emptied queue leaves where it was: a turn before it would come after those behind it.
create or replace function genjobs.next_turn(p_user_id uuid, p_mode text, p_project_id uuid) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
    served constant bigint := coalesce(pg_sequence_last_value('genjobs.queue_turn'), 0);
    own_turn bigint;
    is_like_it boolean;
    reached bigint;
begin
    select queued.turn, queued.mode = left(p_mode, 100) and queued.project_id = p_project_id into own_turn, is_like_it
    from genjobs.job_queue as queued
    where queued.user_id = p_user_id
    order by queued.turn desc
    limit 1;
    if is_like_it and own_turn >= served then
        return own_turn + 1;
    end if;
    select max(known.turn) into reached
    from genjobs.reached_turns as known
    where known.pool in (
        '* *', '* =' || left(p_mode, 100), p_project_id || ' *', p_project_id || ' =' || left(p_mode, 100)
    );
    return greatest(served, 1 + greatest(own_turn, coalesce(
        reached, (select min(queued.turn) from genjobs.job_queue as queued where queued.turn >= served)
    )));
end
$$;

-- The turn that a claim has reached: for all modes that it asked for, but where limits may have excluded some, for each
-- mode that it found. The same for its projects.
create or replace function genjobs.reached_by(p_picked uuid[], p_modes text[], p_project_ids uuid[])
returns table (pool text, turn bigint)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
    with has_limits as materialized (
        select exists (select from genjobs.mode_limits as limits where limits.max_running is not null) as yes
    ),
    found as materialized (
        select case when has_limits.yes then queued.mode end as mode, max(queued.turn) as turn
        from genjobs.job_queue as queued
        cross join has_limits
        where queued.job_id = any (p_picked) and queued.turn >= 0
        group by 1
    )
    select distinct
        coalesce(project.id::text, '*') || ' ' || coalesce('=' || coalesce(found.mode, left(asked.mode, 100)), '*'),
        found.turn
    from found
    cross join unnest(
        case when found.mode is null then coalesce(array_remove(p_modes, null), '{null}') else '{null}' end
    ) as asked (mode)
    cross join unnest(coalesce(array_remove(p_project_ids, null), '{null}')) as project (id)
    limit 100
$$;

-- Notes it at most ten times a second, so that the rows keep few dead versions while a session holds a snapshot, and never
-- waits for another claim that does so.
create or replace function genjobs.note_reached(p_picked uuid[], p_modes text[], p_project_ids uuid[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
begin
    if not exists (
        select from genjobs.reached_by(p_picked, p_modes, p_project_ids) as claim
        left join genjobs.reached_turns as known on known.pool = claim.pool
        where known.pool is null or known.noted_at < clock_timestamp() - interval '0.1 second'
    ) or not pg_try_advisory_xact_lock(hashtextextended('genjobs reached turns', 0)) then
        return;
    end if;
    insert into genjobs.reached_turns as known (pool, turn)
    select claim.pool, claim.turn from genjobs.reached_by(p_picked, p_modes, p_project_ids) as claim
    on conflict on constraint reached_turns_pkey do update
    set turn = greatest(known.turn, excluded.turn), noted_at = excluded.noted_at
    where known.noted_at < excluded.noted_at - interval '0.1 second';
end
$$;

-- Sorts a person's jobs anew within the places that they have in the queue: by priority, then as before. p_job_ids are
-- newly queued; other jobs change places with them only if their priority is lower and they are among the first 10,000.
create or replace function genjobs.prioritise(p_user_id uuid, p_job_ids uuid[]) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    with first as materialized (
        select queued.job_id, queued.turn, queued.queued_at
        from genjobs.job_queue as queued
        left join genjobs.job_options as options on options.job_id = queued.job_id
        where queued.user_id = p_user_id and queued.turn >= 0 and queued.job_id <> all (p_job_ids)
            and coalesce(options.priority, 0) < (
                select max(coalesce(wanted.priority, 0))
                from unnest(p_job_ids) as given (job_id)
                left join genjobs.job_options as wanted on wanted.job_id = given.job_id
            )
        order by queued.turn
        limit 10000
        for update of queued skip locked
    ),
    waiting as (
        select first.job_id, first.turn, first.queued_at from first
        union all
        select queued.job_id, queued.turn, queued.queued_at
        from genjobs.job_queue as queued
        where queued.job_id = any (p_job_ids) and queued.user_id = p_user_id and queued.turn >= 0
    ),
    ranked as (
        select
            waiting.job_id,
            row_number() over (
                order by coalesce(options.priority, 0) desc, waiting.turn, waiting.queued_at, waiting.job_id
            ) as place
        from waiting
        left join genjobs.job_options as options on options.job_id = waiting.job_id
    ),
    places as (
        select waiting.turn, row_number() over (order by waiting.turn) as place from waiting
    )
    update genjobs.job_queue as queued
    set turn = places.turn
    from ranked
    join places on places.place = ranked.place
    where queued.job_id = ranked.job_id and queued.turn <> places.turn
$$;

-- Gives newly queued jobs the places that their options ask for.
create or replace function genjobs.place_jobs(p_job_ids uuid[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    person uuid;
begin
    if not exists (
        select from genjobs.job_options as options
        where options.job_id = any (p_job_ids) and (options.urgent or options.priority <> 0)
    ) then
        return;
    end if;
    update genjobs.job_queue as queued
    set turn = -1
    from genjobs.job_options as options
    where options.job_id = queued.job_id and options.urgent and queued.job_id = any (p_job_ids);
    for person in
        select distinct queued.user_id from genjobs.job_queue as queued
        where queued.job_id = any (p_job_ids)
        order by queued.user_id
    loop
        perform genjobs.prioritise(person, p_job_ids);
    end loop;
end
$$;

revoke all on table genjobs.reached_turns from public, anon, authenticated, service_role;
revoke all on function
    genjobs.next_turn(uuid, text, uuid),
    genjobs.reached_by(uuid[], text[], uuid[]),
    genjobs.note_reached(uuid[], text[], uuid[]),
    genjobs.prioritise(uuid, uuid[]),
    genjobs.place_jobs(uuid[])
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131260') on conflict do nothing;
