-- The order in which jobs are claimed.

-- The turn of a person's next job. The turn that is being served is the highest among running jobs, or the lowest among
-- waiting jobs: of the same mode, since workers may serve modes at different speeds. Where the person's own last job
-- waits for the same mode, the lowest among those waiting is not above it and need not be looked for. Claims look from
-- queue_turn on, which an emptied queue leaves where it was: a turn before it would come after those behind it.
create or replace function genjobs.next_turn(p_user_id uuid, p_mode text) returns bigint
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
    served constant bigint := coalesce(pg_sequence_last_value('genjobs.queue_turn'), 0);
    own_turn bigint;
    own_mode text;
begin
    select queued.turn, queued.mode into own_turn, own_mode
    from genjobs.job_queue as queued
    where queued.user_id = p_user_id
    order by queued.turn desc
    limit 1;
    if own_turn >= served and own_mode = left(p_mode, 100) then
        return 1 + greatest(
            own_turn, (select max(lease.turn) from genjobs.job_leases as lease where lease.mode = left(p_mode, 100))
        );
    end if;
    return greatest(served, 1 + greatest(
        own_turn,
        (select max(lease.turn) from genjobs.job_leases as lease where lease.mode = left(p_mode, 100)),
        coalesce(
            (
                select min(queued.turn)
                from genjobs.job_queue as queued
                where queued.mode = left(p_mode, 100) and queued.turn >= served
            ),
            (select min(queued.turn) from genjobs.job_queue as queued where queued.turn >= served)
        )
    ));
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

revoke all on function
    genjobs.next_turn(uuid, text),
    genjobs.prioritise(uuid, uuid[]),
    genjobs.place_jobs(uuid[])
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131260') on conflict do nothing;
