-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.pick_in_turn(integer, text[], uuid[], uuid[], text[])
CREATE OR REPLACE FUNCTION genjobs.pick_in_turn(p_limit integer, p_modes text[], p_project_ids uuid[], p_full_people uuid[], p_full_modes text[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    served bigint;
    picked uuid[];
begin
    select case when exists (select from genjobs.job_queue as queued where queued.turn < 0) then -1 else turn.last_value end
    into served
    from genjobs.queue_turn as turn;
    picked := genjobs.pick_jobs(p_limit, p_modes, p_project_ids, served, p_full_people, p_full_modes);
    if cardinality(picked) < p_limit and served >= 0 then
        picked := genjobs.pick_jobs(p_limit, p_modes, p_project_ids, -1, p_full_people, p_full_modes);
    end if;
    return picked;
end
$function$;

-- grants of genjobs.pick_in_turn(integer, text[], uuid[], uuid[], text[])
REVOKE ALL ON FUNCTION genjobs.pick_in_turn(integer, text[], uuid[], uuid[], text[]) FROM PUBLIC, anon, authenticated, service_role;
