-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.visible_people(genjobs.cost_filters)
CREATE OR REPLACE FUNCTION genjobs.visible_people(p_filters genjobs.cost_filters)
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if (p_filters.everyone or p_filters.user_ids is not null) and genjobs.is_analyst() then
        return array(
            select person.id
            from auth.users as person
            where p_filters.user_ids is null or person.id = any (p_filters.user_ids)
        );
    end if;
    return array(select person.id from auth.users as person where person.id = auth.uid());
end
$function$;

-- grants of genjobs.visible_people(genjobs.cost_filters)
REVOKE ALL ON FUNCTION genjobs.visible_people(genjobs.cost_filters) FROM PUBLIC, anon, authenticated, service_role;
