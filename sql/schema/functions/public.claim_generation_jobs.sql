-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.claim_generation_jobs(uuid, integer, integer, text[], uuid[])
CREATE OR REPLACE FUNCTION public.claim_generation_jobs(p_worker_id uuid, p_limit integer DEFAULT 1, p_lease_seconds integer DEFAULT 60, p_modes text[] DEFAULT NULL::text[], p_project_ids uuid[] DEFAULT NULL::uuid[])
 RETURNS TABLE(id uuid, user_id uuid, project_id uuid, status text, mode text, input_asset_id uuid, error text, cost_cents integer, created_at timestamp with time zone, updated_at timestamp with time zone, lease_token uuid, attempt smallint, timeout_seconds integer, first_job_id uuid)
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select * from genjobs.claim_jobs(p_worker_id, p_limit, p_lease_seconds, p_modes, p_project_ids)
$function$;

-- grants of public.claim_generation_jobs(uuid, integer, integer, text[], uuid[])
REVOKE ALL ON FUNCTION public.claim_generation_jobs(uuid, integer, integer, text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.claim_generation_jobs(uuid, integer, integer, text[], uuid[]) TO service_role;
