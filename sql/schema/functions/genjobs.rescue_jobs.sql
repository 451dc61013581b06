-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.rescue_jobs(integer)
CREATE OR REPLACE FUNCTION genjobs.rescue_jobs(p_limit integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    job public.generation_jobs;
    lost record;
    workers uuid[] := '{}';
begin
    if not exists (select from genjobs.workers as worker where worker.leased_until < clock_timestamp()) then
        return;
    end if;
    for job in
        select held.*
        from genjobs.workers as worker
        join genjobs.job_leases as lease on lease.worker_id = worker.id
        join public.generation_jobs as held on held.id = lease.job_id and held.status = 'running'
        join public.projects as project on project.id = held.project_id
        join auth.users as person on person.id = held.user_id
        where worker.leased_until < clock_timestamp()
        order by held.user_id
        limit p_limit
        for no key update of held skip locked
        for key share of project, person skip locked
    loop
        select worker.id, worker.seen_at into lost
        from genjobs.job_leases as lease
        join genjobs.workers as worker on worker.id = lease.worker_id
        where lease.job_id = job.id and worker.leased_until < clock_timestamp();
        if found then
            workers := workers || lost.id;
            perform genjobs.give_up(
                job, 'lost',
                format(
                    'Its worker was lost; it was last seen at %s UTC.',
                    to_char(lost.seen_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
                )
            );
        end if;
    end loop;
    update genjobs.workers as worker -- last, since claims that rescue jobs of the same workers could deadlock
    set lost_jobs = worker.lost_jobs + (select count(*) from unnest(workers) as one (id) where one.id = worker.id)
    where worker.id = any (array(
        select silent.id from genjobs.workers as silent where silent.id = any (workers) for update skip locked
    ));
    delete from genjobs.workers as gone
    where gone.id in (
        select worker.id
        from genjobs.workers as worker
        where worker.leased_until < clock_timestamp() - interval '1 hour'
            and not exists (select from genjobs.job_leases as lease where lease.worker_id = worker.id)
        for update skip locked
    );
end
$function$;

-- grants of genjobs.rescue_jobs(integer)
REVOKE ALL ON FUNCTION genjobs.rescue_jobs(integer) FROM PUBLIC, anon, authenticated, service_role;
