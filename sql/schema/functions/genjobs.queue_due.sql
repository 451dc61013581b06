-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.queue_due()
CREATE OR REPLACE FUNCTION genjobs.queue_due()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    job_ids uuid[];
begin
    if not exists (select from genjobs.job_delays as delayed where delayed.due_at <= clock_timestamp()) then
        return;
    end if;
    with due as (
        delete from genjobs.job_delays as delayed
        where delayed.job_id in (
            select first.job_id
            from genjobs.job_delays as first
            where first.due_at <= clock_timestamp()
            order by first.due_at
            limit 100
            for update skip locked
        )
        returning delayed.job_id
    )
    select array_agg(due.job_id) into job_ids from due;
    perform genjobs.queue_jobs(job_ids);
end
$function$;

-- grants of genjobs.queue_due()
REVOKE ALL ON FUNCTION genjobs.queue_due() FROM PUBLIC, anon, authenticated, service_role;
