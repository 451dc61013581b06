-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.note_reached(uuid[], text[], uuid[])
CREATE OR REPLACE FUNCTION genjobs.note_reached(p_picked uuid[], p_modes text[], p_project_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
declare
    pools text[];
    turns bigint[];
begin
    if p_modes is null and p_project_ids is null and exists ( -- most claims
        select from genjobs.reached_turns as known
        where known.pool = '* *' and known.noted_at > clock_timestamp() - interval '1 second'
    ) and not exists (select from genjobs.mode_limits as limits where limits.max_running is not null) then
        return;
    end if;
    select array_agg(claim.pool), array_agg(claim.turn) into pools, turns
    from genjobs.reached_by(p_picked, p_modes, p_project_ids) as claim
    left join genjobs.reached_turns as known on known.pool = claim.pool
    where known.pool is null or known.noted_at < clock_timestamp() - interval '1 second';
    if pools is null then
        return;
    end if;
    perform setval('genjobs.highest_turn', greatest(max(claim.turn), pg_sequence_last_value('genjobs.highest_turn')))
    from unnest(turns) as claim (turn);
    update genjobs.reached_turns as known
    set turn = case
            when known.noted_at < clock_timestamp() - interval '1 minute' then claim.turn
            else greatest(known.turn, claim.turn)
        end,
        noted_at = clock_timestamp()
    from unnest(pools, turns) as claim (pool, turn)
    where claim.pool = known.pool
        and known.pool in (
            select free.pool from genjobs.reached_turns as free where free.pool = any (pools) for update skip locked
        );
    if pg_try_advisory_xact_lock(hashtextextended('genjobs reached turns', 0)) then
        insert into genjobs.reached_turns (pool, turn)
        select claim.pool, claim.turn
        from unnest(pools, turns) as claim (pool, turn)
        where not exists (select from genjobs.reached_turns as known where known.pool = claim.pool) -- it would wait for them
        on conflict do nothing;
    end if;
end
$function$;

-- grants of genjobs.note_reached(uuid[], text[], uuid[])
REVOKE ALL ON FUNCTION genjobs.note_reached(uuid[], text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
