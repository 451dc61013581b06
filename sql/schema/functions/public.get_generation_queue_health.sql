-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_generation_queue_health()
CREATE OR REPLACE FUNCTION public.get_generation_queue_health()
 RETURNS TABLE(waiting bigint, oldest_waiting_seconds double precision, delayed bigint, held bigint, workers bigint, lost_workers bigint, oldest_transaction_seconds double precision)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select * from genjobs.queue_health()
$function$;

-- grants of public.get_generation_queue_health()
REVOKE ALL ON FUNCTION public.get_generation_queue_health() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_generation_queue_health() TO authenticated, service_role;
