-- Whose turn it is.

-- The turns that claims have reached, by the jobs that they asked for: of one project or all, of one mode or all,
-- '* =lifestyle' for one mode of all projects. A mode with a limit of running jobs has a turn of its own, as others pass it
-- while it is full. The waiting jobs cannot tell: the only one of its mode may be the last of its person's thousand.
create table if not exists genjobs.reached_turns (
    pool text primary key,
    turn bigint not null,
    noted_at timestamptz not null default clock_timestamp()
);

-- About the highest turn that any claim has reached. A sequence, because each insert reads it.
create sequence if not exists genjobs.highest_turn as bigint minvalue 0 start with 0;

create or replace function genjobs.pool(p_mode text, p_project_id uuid) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(p_project_id::text, '*') || ' ' || coalesce('=' || left(p_mode, 100), '*')
$$;

-- The turn after those that the workers who would run a job of this mode and project have reached. If none of them has
-- claimed within a minute, the turns noted before count. If none ever has, it is the turn after the first waiting job.
-- Claims look from queue_turn on, which an emptied queue leaves where it was: a turn before it would come after those
-- behind it.
create or replace function genjobs.first_turn(p_mode text, p_project_id uuid) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
    served constant bigint := coalesce(pg_sequence_last_value('genjobs.queue_turn'), 0);
    of_mode constant text := ' =' || left(p_mode, 100);
    reached bigint;
begin
    select coalesce(
        case
            when exists (
                select from genjobs.mode_limits as limits
                where limits.mode = left(p_mode, 100) and limits.max_running is not null
            ) then coalesce(
                max(known.turn) filter (where known.is_fresh and known.is_of_mode),
                max(known.turn) filter (where known.is_of_mode)
            )
        end,
        max(known.turn) filter (where known.is_fresh),
        max(known.turn)
    )
    into reached
    from (
        select
            noted.pool, noted.turn, noted.pool like '% =%' as is_of_mode,
            noted.noted_at > clock_timestamp() - interval '1 minute' as is_fresh
        from genjobs.reached_turns as noted
    ) as known
    where known.pool in ('* *', '*' || of_mode, p_project_id || ' *', p_project_id || of_mode);
    return greatest(served, 1 + coalesce(
        reached, (select min(queued.turn) from genjobs.job_queue as queued where queued.turn >= served)
    ));
end
$$;

-- The turn of a person's next job: after their own last waiting job, and after those that its workers have reached, which
-- need not be looked up if no worker has come further than that job.
create or replace function genjobs.next_turn(p_user_id uuid, p_mode text, p_project_id uuid) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
    own_turn constant bigint := (select max(queued.turn) from genjobs.job_queue as queued where queued.user_id = p_user_id);
begin
    if own_turn >= greatest(
        0, pg_sequence_last_value('genjobs.highest_turn'), pg_sequence_last_value('genjobs.queue_turn')
    ) then
        return own_turn + 1;
    end if;
    return greatest(own_turn + 1, genjobs.first_turn(p_mode, p_project_id));
end
$$;

-- The turns that a claim has reached: one for each mode and project that it asked for. A mode with a limit has the turn of
-- its own jobs, if the claim found any. So has each mode where the claim asked for more than a hundred modes and projects.
create or replace function genjobs.reached_by(p_picked uuid[], p_modes text[], p_project_ids uuid[])
returns table (pool text, turn bigint)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
    with found as materialized (
        select
            queued.turn, queued.mode, case when p_project_ids is not null then queued.project_id end as project_id,
            exists (
                select from genjobs.mode_limits as limits
                where limits.mode = queued.mode and limits.max_running is not null
            ) as is_limited
        from genjobs.job_queue as queued
        where queued.job_id = any (p_picked) and queued.turn >= 0
    ),
    asked as materialized (
        select mode.name as mode, project.id as project_id
        from unnest(coalesce(array_remove(p_modes, null), '{null}')) as mode (name)
        cross join unnest(coalesce(array_remove(p_project_ids, null), '{null}')) as project (id)
        where coalesce(cardinality(p_modes), 1) * coalesce(cardinality(p_project_ids), 1) <= 100
            and not exists (
                select from genjobs.mode_limits as limits
                where limits.mode = left(mode.name, 100) and limits.max_running is not null
            )
    )
    select distinct genjobs.pool(asked.mode, asked.project_id), highest.turn
    from asked
    join (select max(found.turn) as turn from found where not found.is_limited) as highest on highest.turn is not null
    union all
    select genjobs.pool(found.mode, found.project_id), max(found.turn)
    from found
    where found.is_limited or not exists (select from asked)
    group by 1
$$;

-- Notes the turns that a claim has reached, each at most once a second: so the rows keep few dead versions while a session
-- holds a snapshot. It does not wait for another claim that notes the same. A turn only rises, except after a minute
-- without a note.
create or replace function genjobs.note_reached(p_picked uuid[], p_modes text[], p_project_ids uuid[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
    pools text[];
    turns bigint[];
begin
    if p_modes is null and p_project_ids is null and exists ( -- most claims
        select from genjobs.reached_turns as known
        where known.pool = '* *' and known.noted_at > clock_timestamp() - interval '1 second'
    ) and not exists (select from genjobs.mode_limits as limits where limits.max_running is not null) then
        return;
    end if;
    select array_agg(claim.pool), array_agg(claim.turn) into pools, turns
    from genjobs.reached_by(p_picked, p_modes, p_project_ids) as claim
    left join genjobs.reached_turns as known on known.pool = claim.pool
    where known.pool is null or known.noted_at < clock_timestamp() - interval '1 second';
    if pools is null then
        return;
    end if;
    perform setval('genjobs.highest_turn', greatest(max(claim.turn), pg_sequence_last_value('genjobs.highest_turn')))
    from unnest(turns) as claim (turn);
    update genjobs.reached_turns as known
    set turn = case
            when known.noted_at < clock_timestamp() - interval '1 minute' then claim.turn
            else greatest(known.turn, claim.turn)
        end,
        noted_at = clock_timestamp()
    from unnest(pools, turns) as claim (pool, turn)
    where claim.pool = known.pool
        and known.pool in (
            select free.pool from genjobs.reached_turns as free where free.pool = any (pools) for update skip locked
        );
    if pg_try_advisory_xact_lock(hashtextextended('genjobs reached turns', 0)) then
        insert into genjobs.reached_turns (pool, turn)
        select claim.pool, claim.turn
        from unnest(pools, turns) as claim (pool, turn)
        where not exists (select from genjobs.reached_turns as known where known.pool = claim.pool) -- it would wait for them
        on conflict do nothing;
    end if;
end
$$;

revoke all on table genjobs.reached_turns from public, anon, authenticated, service_role;
revoke all on sequence genjobs.highest_turn from public, anon, authenticated, service_role;
revoke all on function
    genjobs.pool(text, uuid),
    genjobs.first_turn(text, uuid),
    genjobs.next_turn(uuid, text, uuid),
    genjobs.reached_by(uuid[], text[], uuid[]),
    genjobs.note_reached(uuid[], text[], uuid[])
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131260') on conflict do nothing;
