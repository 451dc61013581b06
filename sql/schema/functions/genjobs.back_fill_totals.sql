-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.back_fill_totals(integer)
CREATE OR REPLACE FUNCTION genjobs.back_fill_totals(p_jobs integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    batch record;
begin
    select
        array_agg(job.id) as ids, count(*) as jobs,
        (array_agg(job.created_at order by job.created_at desc, job.id desc))[1] as last_created_at,
        (array_agg(job.id order by job.created_at desc, job.id desc))[1] as last_id
    into batch
    from (
        select job.id, job.created_at
        from genjobs.back_fill_state as state
        join public.generation_jobs as job on (job.created_at, job.id) > (state.job_created_at, state.job_id)
        order by job.created_at, job.id
        limit p_jobs
    ) as job;
    perform genjobs.take_in(batch.ids);
    update genjobs.back_fill_state
    set job_created_at = coalesce(batch.last_created_at, job_created_at),
        job_id = coalesce(batch.last_id, job_id),
        jobs = jobs + batch.jobs;
    return batch.jobs;
end
$function$;

-- grants of genjobs.back_fill_totals(integer)
REVOKE ALL ON FUNCTION genjobs.back_fill_totals(integer) FROM PUBLIC, anon, authenticated, service_role;
