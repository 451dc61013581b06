-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.doubt_totals()
CREATE OR REPLACE FUNCTION genjobs.doubt_totals()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    delete from genjobs.totals_origins;
    insert into genjobs.totals_origins (cluster) values (0);
end
$function$;

-- grants of genjobs.doubt_totals()
REVOKE ALL ON FUNCTION genjobs.doubt_totals() FROM PUBLIC, anon, authenticated, service_role;
