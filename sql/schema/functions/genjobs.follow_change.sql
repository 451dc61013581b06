-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.follow_change(public.generation_jobs, public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.follow_change(p_old public.generation_jobs, p_new public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_new.id <> p_old.id then
        perform genjobs.rename_job(p_old.id, p_new.id);
    end if;
    if p_new.status <> p_old.status then
        if p_old.status = 'running' then
            with lost as (
                delete from genjobs.job_leases as lease where lease.job_id = p_new.id returning lease.job_id, lease.token
            )
            insert into genjobs.lost_leases (job_id, token) select lost.job_id, lost.token from lost;
            if found then
                delete from genjobs.job_progress as progress where progress.job_id = p_new.id;
            end if;
            return;
        end if;
        delete from genjobs.job_queue as queued where queued.job_id = p_new.id;
        if not found then
            delete from genjobs.job_delays as delayed where delayed.job_id = p_new.id;
        end if;
    elsif p_new.status = 'queued' then
        update genjobs.job_queue as queued
        set user_id = p_new.user_id,
            project_id = p_new.project_id,
            turn = case
                when p_new.user_id <> p_old.user_id
                    or (p_new.mode, p_new.project_id) <> (p_old.mode, p_old.project_id)
                    and queued.turn between 0 and genjobs.first_turn(p_new.mode, p_new.project_id) - 2
                    then genjobs.next_turn(p_new.user_id, p_new.mode, p_new.project_id)
                else queued.turn
            end,
            mode = genjobs.queue_mode(p_new.mode)
        where queued.job_id = p_new.id;
    elsif p_new.user_id <> p_old.user_id then
        update genjobs.job_leases as lease set user_id = p_new.user_id where lease.job_id = p_new.id;
    end if;
end
$function$;

-- grants of genjobs.follow_change(public.generation_jobs, public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.follow_change(public.generation_jobs, public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
