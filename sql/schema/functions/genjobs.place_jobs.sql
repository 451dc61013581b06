-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.place_jobs(uuid[])
CREATE OR REPLACE FUNCTION genjobs.place_jobs(p_job_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    person uuid;
begin
    if not exists (
        select from genjobs.job_options as options
        where options.job_id = any (p_job_ids) and (options.urgent or options.priority <> 0)
    ) then
        return;
    end if;
    update genjobs.job_queue as queued
    set turn = -1
    from genjobs.job_options as options
    where options.job_id = queued.job_id and options.urgent and queued.job_id = any (p_job_ids);
    for person in
        select distinct queued.user_id from genjobs.job_queue as queued
        where queued.job_id = any (p_job_ids)
        order by queued.user_id
    loop
        perform genjobs.prioritise(person, p_job_ids);
    end loop;
end
$function$;

-- grants of genjobs.place_jobs(uuid[])
REVOKE ALL ON FUNCTION genjobs.place_jobs(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
