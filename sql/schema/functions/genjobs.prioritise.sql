-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.prioritise(uuid, uuid[])
CREATE OR REPLACE FUNCTION genjobs.prioritise(p_user_id uuid, p_job_ids uuid[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.prioritise(uuid, uuid[])
REVOKE ALL ON FUNCTION genjobs.prioritise(uuid, uuid[]) FROM PUBLIC, anon, authenticated, service_role;
