-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.next_turn(uuid, text, uuid)
CREATE OR REPLACE FUNCTION genjobs.next_turn(p_user_id uuid, p_mode text, p_project_id uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

-- grants of genjobs.next_turn(uuid, text, uuid)
REVOKE ALL ON FUNCTION genjobs.next_turn(uuid, text, uuid) FROM PUBLIC, anon, authenticated, service_role;
