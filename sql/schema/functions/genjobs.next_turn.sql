-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.next_turn(uuid, text)
CREATE OR REPLACE FUNCTION genjobs.next_turn(p_user_id uuid, p_mode text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return (
        select coalesce(greatest(
            (select max(queued.turn) from genjobs.job_queue as queued where queued.user_id = p_user_id),
            (select max(lease.turn) from genjobs.job_leases as lease where lease.mode = left(p_mode, 100)),
            coalesce(
                (
                    select min(queued.turn)
                    from genjobs.job_queue as queued
                    where queued.mode = left(p_mode, 100) and queued.turn >= begin.last_value
                ),
                (select min(queued.turn) from genjobs.job_queue as queued where queued.turn >= begin.last_value)
            )
        ) + 1, 0)
        from genjobs.queue_turn as begin
    );
end
$function$;

-- grants of genjobs.next_turn(uuid, text)
REVOKE ALL ON FUNCTION genjobs.next_turn(uuid, text) FROM PUBLIC, anon, authenticated, service_role;
