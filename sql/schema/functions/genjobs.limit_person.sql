-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.limit_person(uuid, integer)
CREATE OR REPLACE FUNCTION genjobs.limit_person(p_user_id uuid, p_max_running integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform genjobs.refuse_unless(
        coalesce(p_max_running, 1) > 0,
        'A person''s limit must be at least 1 job at once.', 'Pass 1 or more, or null for no limit.'
    );
    perform genjobs.refuse_unless(
        p_max_running is null or p_user_id is null or exists (select from auth.users as person where person.id = p_user_id),
        format('There is no person with the id %s.', p_user_id), 'Use the id of a user of this project.'
    );
    delete from genjobs.person_limits as limits where limits.user_id is not distinct from p_user_id;
    if p_max_running is not null then
        insert into genjobs.person_limits (user_id, max_running) values (p_user_id, p_max_running);
    end if;
end
$function$;

-- grants of genjobs.limit_person(uuid, integer)
REVOKE ALL ON FUNCTION genjobs.limit_person(uuid, integer) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.limit_person(uuid, integer) TO service_role;
