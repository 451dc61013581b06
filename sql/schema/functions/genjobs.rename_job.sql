-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.rename_job(uuid, uuid)
CREATE OR REPLACE FUNCTION genjobs.rename_job(p_old uuid, p_new uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    update genjobs.job_queue as queued set job_id = p_new where queued.job_id = p_old;
    update genjobs.job_delays as delayed set job_id = p_new where delayed.job_id = p_old;
    update genjobs.job_leases as lease set job_id = p_new where lease.job_id = p_old;
    update genjobs.lost_leases as lease set job_id = p_new where lease.job_id = p_old;
    update genjobs.job_attempts as attempt set retried_as = p_new
    where attempt.retried_as = p_old
        and attempt.first_job_id = (select own.first_job_id from genjobs.job_attempts as own where own.job_id = p_old);
    update genjobs.job_attempts as attempt set job_id = p_new where attempt.job_id = p_old;
    update genjobs.job_attempts as attempt set first_job_id = p_new where attempt.first_job_id = p_old;
    update genjobs.job_options as options set job_id = p_new where options.job_id = p_old;
    update genjobs.job_keys as key set first_job_id = p_new where key.first_job_id = p_old;
    update genjobs.job_progress as progress set job_id = p_new where progress.job_id = p_old;
$function$;

-- grants of genjobs.rename_job(uuid, uuid)
REVOKE ALL ON FUNCTION genjobs.rename_job(uuid, uuid) FROM PUBLIC, anon, authenticated, service_role;
