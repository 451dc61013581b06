-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.record_truncation()
CREATE OR REPLACE FUNCTION genjobs.record_truncation()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The jobs can be truncated only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    delete from genjobs.job_queue;
    delete from genjobs.job_delays;
    delete from genjobs.job_leases;
    delete from genjobs.lost_leases;
    delete from genjobs.job_attempts;
    delete from genjobs.job_options;
    delete from genjobs.job_keys;
    delete from genjobs.job_progress;
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        job.created_at, job.id, job.user_id, job.project_id, job.mode, 'deleted',
        job.status, job.status, job.cost_cents, job.cost_cents, job.error, auth.uid(), current_setting('role')
    from public.generation_jobs as job;
    return null;
end
$function$;

-- grants of genjobs.record_truncation()
REVOKE ALL ON FUNCTION genjobs.record_truncation() FROM PUBLIC, anon, authenticated, service_role;
