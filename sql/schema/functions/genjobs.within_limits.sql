-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.within_limits(uuid[])
CREATE OR REPLACE FUNCTION genjobs.within_limits(p_picked uuid[], OUT fitting uuid[], OUT full_modes text[], OUT full_people uuid[])
 RETURNS record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    limited jsonb;
begin
    select coalesce(jsonb_agg(jsonb_build_array(bound.key, bound.max_running)), '[]') into limited
    from (
        select distinct queued.mode as key, limits.max_running
        from genjobs.job_queue as queued
        join genjobs.mode_limits as limits on limits.mode = queued.mode and limits.max_running is not null
        where queued.job_id = any (p_picked)
        union
        select distinct queued.user_id::text, coalesce(own.max_running, everyone.max_running)
        from genjobs.job_queue as queued
        left join genjobs.person_limits as own on own.user_id = queued.user_id
        left join genjobs.person_limits as everyone on everyone.user_id is null
        where queued.job_id = any (p_picked) and coalesce(own.max_running, everyone.max_running) is not null
    ) as bound;
    limited := (
        select coalesce(jsonb_object_agg(
            bound.pair ->> 0,
            case
                when pg_try_advisory_xact_lock(hashtextextended('genjobs limit ' || (bound.pair ->> 0), 0))
                    then (bound.pair ->> 1)::bigint
                else 0
            end
        ), '{}')
        from jsonb_array_elements(limited) as bound (pair)
    );
    -- Counted in a statement of its own after the locks, so that it sees the jobs of the claims before this one.
    select
        coalesce(array_agg(ranked.job_id order by ranked.place) filter (where ranked.mode_fits and ranked.person_fits), '{}'),
        coalesce(array_agg(distinct ranked.mode) filter (where not ranked.mode_fits), '{}'),
        coalesce(array_agg(distinct ranked.user_id) filter (where not ranked.person_fits), '{}')
    into fitting, full_modes, full_people
    from (
        select
            queued.job_id, queued.mode, queued.user_id, picked.place,
            limited -> queued.mode is null
                or row_number() over (partition by queued.mode order by picked.place)
                    + coalesce(of_mode.jobs, 0)
                    <= (limited ->> queued.mode)::bigint as mode_fits,
            limited -> queued.user_id::text is null
                or row_number() over (partition by queued.user_id order by picked.place)
                    + coalesce(of_person.jobs, 0)
                    <= (limited ->> queued.user_id::text)::bigint as person_fits
        from unnest(p_picked) with ordinality as picked (job_id, place)
        join genjobs.job_queue as queued on queued.job_id = picked.job_id
        left join (
            select running.mode, count(*) as jobs from genjobs.occupied_places() as running group by running.mode
        ) as of_mode on of_mode.mode = queued.mode
        left join (
            select running.user_id, count(*) as jobs from genjobs.occupied_places() as running group by running.user_id
        ) as of_person on of_person.user_id = queued.user_id
    ) as ranked;
end
$function$;

-- grants of genjobs.within_limits(uuid[])
REVOKE ALL ON FUNCTION genjobs.within_limits(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
