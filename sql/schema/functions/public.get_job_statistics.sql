-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_job_statistics(uuid)
CREATE OR REPLACE FUNCTION public.get_job_statistics(p_user_id uuid DEFAULT NULL::uuid)
 RETURNS TABLE(status text, count bigint, total_cost_cents bigint, avg_cost_cents numeric)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select job.status, count(*), sum(job.cost_cents), avg(job.cost_cents)
    from public.generation_jobs as job
    where job.user_id = (
        select case
            when p_user_id is null or p_user_id = auth.uid() then auth.uid()
            when current_user = 'service_role' then p_user_id
        end
    )
    group by job.status
    order by job.status
$function$;

-- grants of public.get_job_statistics(uuid)
REVOKE ALL ON FUNCTION public.get_job_statistics(uuid) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_job_statistics(uuid) TO authenticated, service_role;
