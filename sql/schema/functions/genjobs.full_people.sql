-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.full_people()
CREATE OR REPLACE FUNCTION genjobs.full_people()
 RETURNS uuid[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(array_agg(running.user_id), '{}')
    from (select place.user_id, count(*) as jobs from genjobs.occupied_places() as place group by place.user_id) as running
    left join genjobs.person_limits as own on own.user_id = running.user_id
    left join genjobs.person_limits as everyone on everyone.user_id is null
    where running.jobs >= coalesce(own.max_running, everyone.max_running)
$function$;

-- grants of genjobs.full_people()
REVOKE ALL ON FUNCTION genjobs.full_people() FROM PUBLIC, anon, authenticated, service_role;
