-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_recent_jobs(integer)
CREATE OR REPLACE FUNCTION public.get_recent_jobs(p_limit integer DEFAULT 10)
 RETURNS TABLE(id uuid, project_id uuid, status text, mode text, cost_cents integer, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select job.id, job.project_id, job.status, job.mode, job.cost_cents, job.created_at
    from public.generation_jobs as job
    where job.user_id = (select auth.uid())
    order by job.created_at desc, job.id desc
    limit least(greatest(coalesce(p_limit, 10), 0), 1000)
$function$;

-- grants of public.get_recent_jobs(integer)
REVOKE ALL ON FUNCTION public.get_recent_jobs(integer) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_recent_jobs(integer) TO authenticated, service_role;
