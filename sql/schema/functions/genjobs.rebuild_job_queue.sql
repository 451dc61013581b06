-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.rebuild_job_queue()
CREATE OR REPLACE FUNCTION genjobs.rebuild_job_queue()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    flawed constant uuid[] := array(select found.job_id from genjobs.compare_job_queue() as found);
begin
    delete from genjobs.job_queue as queued where queued.job_id = any (flawed);
    delete from genjobs.job_leases as lease
    where lease.job_id = any (flawed)
        and not exists (
            select from public.generation_jobs as job where job.id = lease.job_id and job.status = 'running'
        );
    perform genjobs.queue_jobs(flawed);
    return cardinality(flawed);
end
$function$;

-- grants of genjobs.rebuild_job_queue()
REVOKE ALL ON FUNCTION genjobs.rebuild_job_queue() FROM PUBLIC, anon, authenticated, service_role;
