-- Priorities and urgent jobs among the jobs that wait.

-- Sorts a person's jobs anew within the places that they have in the queue: by priority, then as before. p_job_ids are
-- newly queued; other jobs change places with them only if their priority is lower and they are among the first 10,000,
-- and if their workers have reached the same turn: a place may be far ahead where others work.
create or replace function genjobs.prioritise(p_user_id uuid, p_job_ids uuid[]) returns void
language sql
security definer
set search_path = pg_catalog, pg_temp
as $$
    with first as materialized (
        select queued.job_id, queued.turn, queued.queued_at, queued.mode, queued.project_id
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
        select first.job_id, first.turn, first.queued_at, first.mode, first.project_id from first
        union all
        select queued.job_id, queued.turn, queued.queued_at, queued.mode, queued.project_id
        from genjobs.job_queue as queued
        where queued.job_id = any (p_job_ids) and queued.user_id = p_user_id and queued.turn >= 0
    ),
    kinds as materialized (
        select kind.mode, kind.project_id, genjobs.first_turn(kind.mode, kind.project_id) as reached
        from (select distinct waiting.mode, waiting.project_id from waiting) as kind
    ),
    ranked as (
        select
            waiting.job_id, kinds.reached,
            row_number() over (
                partition by kinds.reached
                order by coalesce(options.priority, 0) desc, waiting.turn, waiting.queued_at, waiting.job_id
            ) as place
        from waiting
        join kinds on kinds.mode = waiting.mode and kinds.project_id = waiting.project_id
        left join genjobs.job_options as options on options.job_id = waiting.job_id
    ),
    places as (
        select
            waiting.turn, kinds.reached,
            row_number() over (partition by kinds.reached order by waiting.turn) as place
        from waiting
        join kinds on kinds.mode = waiting.mode and kinds.project_id = waiting.project_id
    )
    update genjobs.job_queue as queued
    set turn = places.turn
    from ranked
    join places on places.reached = ranked.reached and places.place = ranked.place
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
    genjobs.prioritise(uuid, uuid[]),
    genjobs.place_jobs(uuid[])
    from public, anon, authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127131265') on conflict do nothing;
