-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.note_reached(uuid[], text[], uuid[])
CREATE OR REPLACE FUNCTION genjobs.note_reached(p_picked uuid[], p_modes text[], p_project_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
    if not exists (
        select from genjobs.reached_by(p_picked, p_modes, p_project_ids) as claim
        left join genjobs.reached_turns as known on known.pool = claim.pool
        where known.pool is null or known.noted_at < clock_timestamp() - interval '0.1 second'
    ) or not pg_try_advisory_xact_lock(hashtextextended('genjobs reached turns', 0)) then
        return;
    end if;
    insert into genjobs.reached_turns as known (pool, turn)
    select claim.pool, claim.turn from genjobs.reached_by(p_picked, p_modes, p_project_ids) as claim
    on conflict on constraint reached_turns_pkey do update
    set turn = greatest(known.turn, excluded.turn), noted_at = excluded.noted_at
    where known.noted_at < excluded.noted_at - interval '0.1 second';
end
$function$;

-- grants of genjobs.note_reached(uuid[], text[], uuid[])
REVOKE ALL ON FUNCTION genjobs.note_reached(uuid[], text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
