-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.try_again(uuid)
CREATE OR REPLACE FUNCTION genjobs.try_again(p_job_id uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    held public.generation_jobs;
    mine genjobs.job_attempts;
begin
    perform -- before the job, as deletions do
    from public.generation_jobs as job
    join public.projects as project on project.id = job.project_id
    join auth.users as person on person.id = job.user_id
    where job.id = p_job_id and genjobs.is_callers(job.user_id)
    for key share of project, person;
    held := genjobs.hold_newest(p_job_id);
    mine := genjobs.attempt_of(held.id);
    if held.id is null or held.status <> 'failed' then
        return null;
    end if;
    return genjobs.queue_attempt(held, coalesce(mine.ending, 'failed'), mine.ending is distinct from 'cancelled');
end
$function$;

-- grants of genjobs.try_again(uuid)
REVOKE ALL ON FUNCTION genjobs.try_again(uuid) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.try_again(uuid) TO authenticated, service_role;
