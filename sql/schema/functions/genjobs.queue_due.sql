-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.queue_due()
CREATE OR REPLACE FUNCTION genjobs.queue_due()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    job_ids uuid[];
begin
    if not exists (select from genjobs.job_delays as delayed where delayed.due_at <= clock_timestamp()) then
        return;
    end if;
    job_ids := array(
        select job.id
        from genjobs.job_delays as delayed
        join public.generation_jobs as job on job.id = delayed.job_id
        where delayed.due_at <= clock_timestamp()
        order by delayed.due_at
        limit 100
        for no key update of job skip locked
    );
    delete from genjobs.job_delays as delayed where delayed.job_id = any (job_ids);
    perform genjobs.queue_jobs(job_ids);
end
$function$;

-- grants of genjobs.queue_due()
REVOKE ALL ON FUNCTION genjobs.queue_due() FROM PUBLIC, anon, authenticated, service_role;
