-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.recently_lost()
CREATE OR REPLACE FUNCTION genjobs.recently_lost()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select lost.job_id from genjobs.lost_leases as lost where lost.lost_at > clock_timestamp() - interval '15 seconds'
$function$;

-- grants of genjobs.recently_lost()
REVOKE ALL ON FUNCTION genjobs.recently_lost() FROM PUBLIC, anon, authenticated, service_role;
