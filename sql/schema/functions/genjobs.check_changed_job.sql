-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.check_changed_job()
CREATE OR REPLACE FUNCTION genjobs.check_changed_job()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    case tg_argv[0]
        when 'asset' then
            perform genjobs.refuse_foreign_asset(new);
        when 'project' then
            perform genjobs.refuse_foreign_project(new);
        when 'cost' then
            perform genjobs.refuse_negative_cost(new);
    end case;
    return null;
end
$function$;

-- grants of genjobs.check_changed_job()
REVOKE ALL ON FUNCTION genjobs.check_changed_job() FROM PUBLIC, anon, authenticated, service_role;
