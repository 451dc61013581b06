-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.follow_change(public.generation_jobs, public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.follow_change(p_old public.generation_jobs, p_new public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_old.status = 'running' and p_new.status = 'running' and p_new.id = p_old.id then
        return;
    elsif p_old.status = 'running' then
        delete from genjobs.job_leases as lease where lease.job_id = p_old.id;
    elsif p_new.status <> 'queued' then
        delete from genjobs.job_queue as queued where queued.job_id = p_old.id;
        if not found then
            delete from genjobs.job_delays as delayed where delayed.job_id = p_old.id;
        end if;
    else
        update genjobs.job_queue as queued
        set job_id = p_new.id,
            user_id = p_new.user_id,
            project_id = p_new.project_id,
            turn = case when p_new.user_id = p_old.user_id then queued.turn else genjobs.next_turn(p_new.user_id) end,
            created_at = p_new.created_at,
            mode = genjobs.queue_mode(p_new.mode)
        where queued.job_id = p_old.id;
    end if;
end
$function$;

-- grants of genjobs.follow_change(public.generation_jobs, public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.follow_change(public.generation_jobs, public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
