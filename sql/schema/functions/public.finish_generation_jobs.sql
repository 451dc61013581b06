-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[])
CREATE OR REPLACE FUNCTION public.finish_generation_jobs(p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[] DEFAULT NULL::text[], p_finals boolean[] DEFAULT NULL::boolean[], p_retry_seconds integer[] DEFAULT NULL::integer[])
 RETURNS TABLE(job_id uuid, outcome text, reason text, retried_as uuid)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select * from genjobs.finish_jobs(
        p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals, p_retry_seconds
    )
$function$;

-- grants of public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[])
REVOKE ALL ON FUNCTION public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[]) TO service_role;
