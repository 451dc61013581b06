-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.newest_attempt(uuid)
CREATE OR REPLACE FUNCTION genjobs.newest_attempt(p_job_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    return coalesce((
        select attempt.job_id
        from genjobs.job_attempts as attempt
        join public.generation_jobs as job on job.id = attempt.job_id
        where attempt.first_job_id = (
                select mine.first_job_id from genjobs.job_attempts as mine where mine.job_id = p_job_id
            )
            and job.user_id = (select mine.user_id from public.generation_jobs as mine where mine.id = p_job_id)
        order by attempt.retried_as is null desc, attempt.attempt desc
        limit 1
    ), p_job_id);
end
$function$;

-- grants of genjobs.newest_attempt(uuid)
REVOKE ALL ON FUNCTION genjobs.newest_attempt(uuid) FROM PUBLIC, anon, authenticated, service_role;
