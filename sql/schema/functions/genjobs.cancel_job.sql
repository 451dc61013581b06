-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.cancel_job(uuid, text)
CREATE OR REPLACE FUNCTION genjobs.cancel_job(p_job_id uuid, p_reason text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    held constant public.generation_jobs := genjobs.hold_newest(p_job_id);
    mine constant genjobs.job_attempts := genjobs.attempt_of(held.id);
begin
    if held.id is null or held.status not in ('queued', 'running') then
        return false;
    end if;
    update public.generation_jobs as job set status = 'running' where job.id = held.id and held.status = 'queued';
    update public.generation_jobs as job
    set status = 'failed', error = coalesce(p_reason, 'Cancelled.')
    where job.id = held.id;
    insert into genjobs.job_attempts (job_id, first_job_id, attempt, ending)
    values (held.id, mine.first_job_id, mine.attempt, 'cancelled')
    on conflict (job_id) do update set ending = excluded.ending;
    perform genjobs.exclude_job(held);
    return true;
end
$function$;

-- grants of genjobs.cancel_job(uuid, text)
REVOKE ALL ON FUNCTION genjobs.cancel_job(uuid, text) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.cancel_job(uuid, text) TO authenticated, service_role;
