-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[])
CREATE OR REPLACE FUNCTION public.heartbeat_generation_workers(p_worker_id uuid, p_lease_seconds integer DEFAULT 60, p_job_ids uuid[] DEFAULT '{}'::uuid[], p_lease_tokens uuid[] DEFAULT '{}'::uuid[], p_percents integer[] DEFAULT NULL::integer[], p_messages text[] DEFAULT NULL::text[])
 RETURNS TABLE(lost_job_id uuid)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select * from genjobs.keep_leases(p_worker_id, p_lease_seconds, p_job_ids, p_lease_tokens, p_percents, p_messages)
$function$;

-- grants of public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[])
REVOKE ALL ON FUNCTION public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[]) TO service_role;
