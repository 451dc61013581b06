-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.pick_within_limits(integer, text[], uuid[])
CREATE OR REPLACE FUNCTION genjobs.pick_within_limits(p_limit integer, p_modes text[], p_project_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    full_modes text[] := genjobs.full_modes();
    modes text[] := genjobs.open_modes(p_modes, full_modes);
    people uuid[] := genjobs.full_people();
    picked uuid[] := '{}';
    candidates uuid[];
    within record;
begin
    for round in 1 .. 3 loop
        candidates := genjobs.pick_in_turn(p_limit, modes, p_project_ids, people, full_modes);
        within := genjobs.within_limits(
            picked || array(
                select one.job_id
                from unnest(candidates) with ordinality as one (job_id, place)
                where one.job_id <> all (picked)
                order by one.place
            )
        );
        picked := within.fitting[1 : p_limit];
        exit when cardinality(picked) = p_limit or within.full_modes || within.full_people::text[] = '{}';
        full_modes := full_modes || within.full_modes;
        if modes is not null then
            modes := array(select open.mode from unnest(modes) as open (mode) where open.mode <> all (full_modes));
        end if;
        people := people || within.full_people;
    end loop;
    return picked;
end
$function$;

-- grants of genjobs.pick_within_limits(integer, text[], uuid[])
REVOKE ALL ON FUNCTION genjobs.pick_within_limits(integer, text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
