-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_budget()
CREATE OR REPLACE FUNCTION genjobs.refuse_budget()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if new.project_id is not null and not exists (
        select from public.projects as project where project.id = new.project_id and project.user_id = new.user_id
    ) then
        raise exception 'The budget names a project that its user does not have.'
            using errcode = 'foreign_key_violation',
                constraint = 'budgets_project_id_fkey',
                column = 'project_id',
                table = tg_table_name,
                schema = tg_table_schema,
                hint = 'Choose one of the user''s own projects, or none for all of them.';
    end if;
    if not genjobs.is_time_zone(new.time_zone) then
        raise exception 'There is no such time zone.'
            using errcode = 'invalid_parameter_value',
                detail = format('time_zone was %s.', quote_nullable(new.time_zone)),
                hint = 'Use an IANA name, for example Europe/Berlin.';
    end if;
    return new;
end
$function$;

-- grants of genjobs.refuse_budget()
REVOKE ALL ON FUNCTION genjobs.refuse_budget() FROM PUBLIC, anon, authenticated, service_role;
