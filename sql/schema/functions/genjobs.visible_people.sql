-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.visible_people(boolean, uuid[])
CREATE OR REPLACE FUNCTION genjobs.visible_people(p_everyone boolean, p_user_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if (p_everyone or p_user_ids is not null) and genjobs.is_analyst() then
        return array(
            select person.id
            from auth.users as person
            where p_user_ids is null or person.id = any (p_user_ids)
        );
    end if;
    return array(select person.id from auth.users as person where person.id = auth.uid());
end
$function$;

-- grants of genjobs.visible_people(boolean, uuid[])
REVOKE ALL ON FUNCTION genjobs.visible_people(boolean, uuid[]) FROM PUBLIC, anon, authenticated, service_role;
