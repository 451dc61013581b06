-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.transition_job_status(uuid, text, text)
CREATE OR REPLACE FUNCTION public.transition_job_status(p_job_id uuid, p_new_status text, p_error text DEFAULT NULL::text)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    update public.generation_jobs as job
    set status = p_new_status, error = coalesce(p_error, job.error)
    where job.id = p_job_id
        and (job.status, p_new_status) in (
            ('queued', 'running'), ('running', 'succeeded'), ('running', 'failed')
        )
        and (current_user = 'service_role' or job.user_id = (select auth.uid()));
    return found;
end
$function$;

-- grants of public.transition_job_status(uuid, text, text)
REVOKE ALL ON FUNCTION public.transition_job_status(uuid, text, text) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.transition_job_status(uuid, text, text) TO authenticated, service_role;
