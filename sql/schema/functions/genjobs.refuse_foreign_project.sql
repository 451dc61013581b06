-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_foreign_project(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.refuse_foreign_project(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if exists (
        select from public.projects as project
        where project.id = p_job.project_id and project.user_id = p_job.user_id
    ) then
        return;
    end if;
    raise exception 'The job names a project that its user does not have.'
        using errcode = 'foreign_key_violation',
            constraint = 'generation_jobs_project_id_fkey',
            column = 'project_id',
            table = 'generation_jobs',
            schema = 'public',
            hint = 'Choose one of the user''s own projects.';
end
$function$;

-- grants of genjobs.refuse_foreign_project(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.refuse_foreign_project(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
