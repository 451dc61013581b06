-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.notify_workers()
CREATE OR REPLACE FUNCTION genjobs.notify_workers()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    perform setval('genjobs.listening_until', 0, false);
    notify genjobs_queued;
end
$function$;

-- grants of genjobs.notify_workers()
REVOKE ALL ON FUNCTION genjobs.notify_workers() FROM PUBLIC, anon, authenticated, service_role;
