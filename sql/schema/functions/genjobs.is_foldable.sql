-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_foldable()
CREATE OR REPLACE FUNCTION genjobs.is_foldable()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    state constant text := genjobs.totals_state();
begin
    if state = 'moved' and not exists (select from genjobs.totals_origins as origin where origin.cluster = 0) then
        insert into genjobs.totals_origins (cluster) values (0);
    end if;
    return state in ('complete', 'filling');
end
$function$;

-- grants of genjobs.is_foldable()
REVOKE ALL ON FUNCTION genjobs.is_foldable() FROM PUBLIC, anon, authenticated, service_role;
