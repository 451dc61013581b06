-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.next_turn(uuid)
CREATE OR REPLACE FUNCTION genjobs.next_turn(p_user_id uuid)
 RETURNS bigint
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select greatest(
        served.last_value,
        (select max(queued.turn) + 1 from genjobs.job_queue as queued where queued.user_id = p_user_id)
    )
    from genjobs.queue_turn as served
$function$;

-- grants of genjobs.next_turn(uuid)
REVOKE ALL ON FUNCTION genjobs.next_turn(uuid) FROM PUBLIC, anon, authenticated, service_role;
