-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.first_turn(text, uuid)
CREATE OR REPLACE FUNCTION genjobs.first_turn(p_mode text, p_project_id uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

-- grants of genjobs.first_turn(text, uuid)
REVOKE ALL ON FUNCTION genjobs.first_turn(text, uuid) FROM PUBLIC, anon, authenticated, service_role;
