-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.lock_queued(uuid[])
CREATE OR REPLACE FUNCTION genjobs.lock_queued(p_job_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    locked constant uuid[] := array(
        select job.id
        from public.generation_jobs as job
        where job.id = any (p_job_ids) and job.status = 'queued'
        for no key update skip locked
    );
begin
    if cardinality(locked) < cardinality(p_job_ids) then
        delete from genjobs.job_queue as queued
        where queued.job_id = any (p_job_ids)
            and not exists (
                select from public.generation_jobs as job where job.id = queued.job_id and job.status = 'queued'
            );
    end if;
    return locked;
end
$function$;

-- grants of genjobs.lock_queued(uuid[])
REVOKE ALL ON FUNCTION genjobs.lock_queued(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
