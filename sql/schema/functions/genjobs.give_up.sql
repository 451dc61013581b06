-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.give_up(public.generation_jobs, text, text)
CREATE OR REPLACE FUNCTION genjobs.give_up(p_job public.generation_jobs, p_ending text, p_error text)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    begin
        update public.generation_jobs as job
        set status = 'failed', error = p_error
        where job.id = p_job.id and job.status = 'running';
    exception when others then
        if not genjobs.is_refusal(sqlstate) then
            raise;
        end if;
        raise warning 'Job % could not be set to failed and is left running: % (%)', p_job.id, sqlerrm, sqlstate;
        delete from genjobs.job_leases as lease where lease.job_id = p_job.id;
        return;
    end;
    if found then
        perform genjobs.retry_job(p_job, p_ending);
    end if;
end
$function$;

-- grants of genjobs.give_up(public.generation_jobs, text, text)
REVOKE ALL ON FUNCTION genjobs.give_up(public.generation_jobs, text, text) FROM PUBLIC, anon, authenticated, service_role;
