-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.start_one_by_one(uuid[])
CREATE OR REPLACE FUNCTION genjobs.start_one_by_one(p_job_ids uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    claimed uuid;
    started uuid[] := '{}';
begin
    foreach claimed in array p_job_ids loop
        begin
            update public.generation_jobs as job set status = 'running' where job.id = claimed;
            started := started || claimed;
        exception when others then
            if not genjobs.is_refusal(sqlstate) then
                raise;
            end if;
            raise warning 'Job % could not be started and will be retried in a minute: % (%)', claimed, sqlerrm, sqlstate;
            delete from genjobs.job_leases as lease where lease.job_id = claimed;
            insert into genjobs.job_delays (job_id, due_at) values (claimed, clock_timestamp() + interval '1 minute');
        end;
    end loop;
    return started;
end
$function$;

-- grants of genjobs.start_one_by_one(uuid[])
REVOKE ALL ON FUNCTION genjobs.start_one_by_one(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
