-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.note_unlimited(uuid, uuid)
CREATE OR REPLACE FUNCTION genjobs.note_unlimited(p_project_id uuid, p_user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform from auth.users as person where person.id = p_user_id for key share;
    perform from public.projects as project where project.id = p_project_id for key share;
    if current_setting('transaction_isolation') = 'read committed'
        and pg_try_advisory_xact_lock(hashtext('genjobs limits'), genjobs.limits_key(p_user_id))
    then
        insert into genjobs.unlimited_projects (project_id, user_id)
        select p_project_id, p_user_id
        where not genjobs.is_limited(p_project_id, p_user_id)
            and exists (
                select from public.projects as project where project.id = p_project_id and project.user_id = p_user_id
            )
        on conflict do nothing;
    end if;
end
$function$;

-- grants of genjobs.note_unlimited(uuid, uuid)
REVOKE ALL ON FUNCTION genjobs.note_unlimited(uuid, uuid) FROM PUBLIC, anon, authenticated, service_role;
