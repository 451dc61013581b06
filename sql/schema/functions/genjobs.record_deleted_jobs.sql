-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.record_deleted_jobs()
CREATE OR REPLACE FUNCTION genjobs.record_deleted_jobs()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    id_before constant bigint := coalesce(pg_sequence_last_value('public.generation_job_events_id_seq'), 0);
    id_after bigint;
begin
    if current_setting('genjobs.server_noted', true) is distinct from 'on' then
        perform genjobs.note_server();
    end if;
    if current_setting('role') = 'authenticated' then
        perform genjobs.refuse_unreported(array(select job.id from old_jobs as job));
    end if;
    if exists (select from old_jobs as job where job.status in ('queued', 'running')) then
        delete from genjobs.job_queue as queued using old_jobs as job where queued.job_id = job.id;
        delete from genjobs.job_delays as delayed using old_jobs as job where delayed.job_id = job.id;
        delete from genjobs.job_leases as lease using old_jobs as job where lease.job_id = job.id;
        delete from genjobs.job_progress as progress using old_jobs as job where progress.job_id = job.id;
    end if;
    perform genjobs.forget_jobs(array(select job.id from old_jobs as job));
    insert into public.generation_job_events (
        job_created_at, job_id, user_id, project_id, mode, kind,
        old_status, new_status, old_cost_cents, new_cost_cents, error, actor_id, actor_role
    )
    select
        job.created_at, job.id, job.user_id, job.project_id, job.mode, 'deleted',
        job.status, job.status, job.cost_cents, job.cost_cents, job.error, actor.id, actor.role
    from old_jobs as job
    cross join (select auth.uid() as id, current_setting('role') as role) as actor
    where exists (select from auth.users as person where person.id = job.user_id);
    id_after := pg_sequence_last_value('public.generation_job_events_id_seq');
    if id_after / 4096 > id_before / 4096 then
        perform genjobs.fold_sometimes(id_before + 1, id_after);
    end if;
    return null;
end
$function$;

-- grants of genjobs.record_deleted_jobs()
REVOKE ALL ON FUNCTION genjobs.record_deleted_jobs() FROM PUBLIC, anon, authenticated, service_role;
