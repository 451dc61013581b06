-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.take_in(uuid[])
CREATE OR REPLACE FUNCTION genjobs.take_in(p_job_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
declare
    before_id bigint;
    last_id bigint;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Jobs can be added to the totals only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    -- A person can be deleted only after this, together with what is written about them here.
    perform
    from auth.users as person
    where person.id in (select job.user_id from public.generation_jobs as job where job.id = any (p_job_ids))
    order by person.id
    for key share;
    select coalesce(max(event.id), 0) into before_id
    from public.generation_job_events as event
    where event.transaction_id = '0';
    insert into public.generation_job_events (
        transaction_id, at, job_created_at, job_id, user_id, project_id, mode, kind,
        new_status, new_cost_cents, error, actor_role
    )
    select
        '0', coalesce(job.updated_at, clock_timestamp()), job.created_at, job.id, job.user_id, job.project_id, job.mode,
        'known', job.status, job.cost_cents, job.error, current_setting('role')
    from (select distinct id from unnest(p_job_ids) as given (id)) as given
    join public.generation_jobs as job on job.id = given.id
    where not exists (select from public.generation_job_events as event where event.job_id = job.id)
        and exists (select from auth.users as person where person.id = job.user_id);
    perform genjobs.queue_jobs(p_job_ids);
    select coalesce(max(event.id), 0) into last_id
    from public.generation_job_events as event
    where event.transaction_id = '0';
    perform genjobs.fold_or_set_aside('0', before_id, '0', last_id, given.histogram)
    from (values (false), (true)) as given (histogram)
    cross join lateral genjobs.horizon(given.histogram) as since
    where since.transaction_id > '0';
end
$function$;

-- grants of genjobs.take_in(uuid[])
REVOKE ALL ON FUNCTION genjobs.take_in(uuid[]) FROM PUBLIC, anon, authenticated, service_role;
