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
    own_turn constant bigint := (select max(queued.turn) from genjobs.job_queue as queued where queued.user_id = p_user_id);
begin
    if own_turn >= greatest(
        0, pg_sequence_last_value('genjobs.highest_turn'), pg_sequence_last_value('genjobs.queue_turn')
    ) then
        return own_turn + 1;
    end if;
    return greatest(own_turn + 1, genjobs.first_turn(p_mode, p_project_id));
end
$function$;

-- grants of genjobs.next_turn(uuid, text, uuid)
REVOKE ALL ON FUNCTION genjobs.next_turn(uuid, text, uuid) FROM PUBLIC, anon, authenticated, service_role;
