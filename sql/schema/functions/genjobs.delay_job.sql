-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.delay_job(uuid, timestamp with time zone)
CREATE OR REPLACE FUNCTION genjobs.delay_job(p_job_id uuid, p_due_at timestamp with time zone)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    delete from genjobs.job_queue as queued where queued.job_id = p_job_id;
    insert into genjobs.job_delays (job_id, due_at) values (p_job_id, p_due_at);
end
$function$;

-- grants of genjobs.delay_job(uuid, timestamp with time zone)
REVOKE ALL ON FUNCTION genjobs.delay_job(uuid, timestamp with time zone) FROM PUBLIC, anon, authenticated, service_role;
