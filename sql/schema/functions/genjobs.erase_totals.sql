-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.erase_totals()
CREATE OR REPLACE FUNCTION genjobs.erase_totals()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with gone as (
        delete from genjobs.erasures returning user_id
    )
    delete from genjobs.cost_totals as total
    using gone
    where total.user_id = gone.user_id
$function$;

-- grants of genjobs.erase_totals()
REVOKE ALL ON FUNCTION genjobs.erase_totals() FROM PUBLIC, anon, authenticated, service_role;
