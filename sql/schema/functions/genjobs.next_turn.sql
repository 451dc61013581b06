-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.next_turn(uuid, text)
CREATE OR REPLACE FUNCTION genjobs.next_turn(p_user_id uuid, p_mode text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    looks_from constant bigint := (select begin.last_value from genjobs.queue_turn as begin);
    own constant bigint := (
        select max(queued.turn) from genjobs.job_queue as queued where queued.user_id = p_user_id
    );
    runs constant bigint := (select max(lease.turn) from genjobs.job_leases as lease where lease.mode = left(p_mode, 100));
    waits bigint := (
        select min(queued.turn)
        from genjobs.job_queue as queued
        where queued.mode = left(p_mode, 100) and queued.turn >= looks_from
    );
begin
    if waits is null then
        waits := (select min(queued.turn) from genjobs.job_queue as queued where queued.turn >= looks_from);
    end if;
    return coalesce(greatest(own, runs, waits) + 1, 0);
end
$function$;

-- grants of genjobs.next_turn(uuid, text)
REVOKE ALL ON FUNCTION genjobs.next_turn(uuid, text) FROM PUBLIC, anon, authenticated, service_role;
