-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_totals_health()
CREATE OR REPLACE FUNCTION public.get_totals_health()
 RETURNS json
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.totals_health(1000000)
$function$;

-- grants of public.get_totals_health()
REVOKE ALL ON FUNCTION public.get_totals_health() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_totals_health() TO authenticated, service_role;
