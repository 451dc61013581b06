-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.next_turn(uuid, text)
CREATE OR REPLACE FUNCTION genjobs.next_turn(p_user_id uuid, p_mode text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
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
$function$;

-- grants of genjobs.next_turn(uuid, text)
REVOKE ALL ON FUNCTION genjobs.next_turn(uuid, text) FROM PUBLIC, anon, authenticated, service_role;
