-- How workers end the jobs that they hold. Only service_role may. Nothing here waits for the row of a job, a project or a
-- person: if others hold one, the outcome is busy, and the ending must be sent again.

-- How a job is to end, and the outcome.
do $$
begin
    if to_regtype('genjobs.ending') is null then
        create type genjobs.ending as (
            number bigint, job_id uuid, status text, cost_cents integer, error text, is_final boolean,
            outcome text, reason text
        );
    end if;
end
$$;

-- The outcome of each ending: finished; lost, if the job has already ended or the token is not the job's; refused, with
-- the reason, if no job can end like that; busy, if the job is not in p_held: somebody is changing it, or deleting its
-- project or its person. Such an ending must be sent again.
create or replace function genjobs.judge_endings(
    p_held uuid[], p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[],
    p_finals boolean[]
)
returns genjobs.ending[]
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(
        (
            given.number, given.job_id, given.status, given.cost_cents, given.error, coalesce(given.is_final, false),
            case
                when lease.job_id is null or given.nth > 1 then
                    case
                        when given.cost_cents > 0
                            and given.job_id <> all (p_held)
                            and exists (
                                select
                                from genjobs.lost_leases as lost
                                join public.generation_jobs as other on other.id = lost.job_id
                                where lost.job_id = given.job_id and lost.token = given.token
                            )
                            then 'busy' -- so that the cost is added once the job's row is free
                        else 'lost'
                    end
                when flaw.reason is not null then 'refused'
                when given.job_id <> all (p_held) then 'busy'
                else 'finished'
            end,
            flaw.reason
        )::genjobs.ending
        order by given.number
    ), '{}')
    from (
        select given.*, row_number() over (partition by given.job_id, given.token order by given.number) as nth
        from unnest(p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals)
            with ordinality as given (job_id, token, status, cost_cents, error, is_final, number)
    ) as given
    left join (
        genjobs.job_leases as lease
        join public.generation_jobs as job on job.id = lease.job_id and (job.status = 'running') is true
    ) on lease.job_id = given.job_id and lease.token = given.token
    cross join lateral (
        select case
            when given.status is null or given.status not in ('succeeded', 'failed', 'handed_back')
                then 'The status must be succeeded, failed or handed_back.'
            when given.cost_cents is null or given.cost_cents < 0 then 'A cost is 0 cents or more.'
            when length(given.error) > 100000 then 'An error has 100,000 characters at most.'
        end as reason
    ) as flaw
$$;

-- Adds to jobs that their workers lost what those workers spent, once.
create or replace function genjobs.add_lost_costs(
    p_held uuid[], p_job_ids uuid[], p_lease_tokens uuid[], p_cost_cents integer[]
)
returns void
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
    with told as (
        delete from genjobs.lost_leases as lease
        using unnest(p_job_ids, p_lease_tokens, p_cost_cents) as given (job_id, token, cost_cents)
        where lease.job_id = given.job_id and lease.token = given.token
            and lease.job_id = any (p_held)
            and given.cost_cents >= 0
        returning lease.job_id, given.cost_cents
    )
    update public.generation_jobs as job
    set cost_cents = least(job.cost_cents::bigint + told.cost_cents, 2147483647)
    from told
    where job.id = told.job_id and told.cost_cents > 0
$$;

-- Ends jobs that a worker holds, each independently, and returns the outcome of each and the id of its next attempt. A
-- failed job is retried unless its ending is final, and not before its p_retry_seconds have passed, up to a day; a job
-- that is handed back fails, and is queued again as a new job. All arrays have one element per job; p_errors, p_finals and
-- p_retry_seconds may be null.
create or replace function genjobs.finish_jobs(
    p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[], p_finals boolean[],
    p_retry_seconds integer[]
)
returns table (job_id uuid, outcome text, reason text, retried_as uuid)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
    held uuid[];
    endings genjobs.ending[];
    failed record;
    retries uuid[] := '{}';
begin
    perform genjobs.refuse_unless(
        cardinality(p_job_ids) <= 1000
            and cardinality(p_job_ids) = all (array[
                cardinality(p_lease_tokens), cardinality(p_statuses), cardinality(p_cost_cents),
                coalesce(cardinality(p_errors), cardinality(p_job_ids)),
                coalesce(cardinality(p_finals), cardinality(p_job_ids)),
                coalesce(cardinality(p_retry_seconds), cardinality(p_job_ids))
            ]),
        'All arrays must have one element per job, for at most 1,000 jobs.',
        'Pass p_job_ids, p_lease_tokens, p_statuses and p_cost_cents of the same length; the others too, or null.'
    );
    perform genjobs.refuse_snapshots();
    held := array(
        select job.id
        from public.generation_jobs as job
        where job.id = any (p_job_ids)
        for no key update of job skip locked
    );
    if array_remove(p_statuses, 'succeeded') <> '{}' then
        held := array( -- a retry needs locks on both, after the job
            select job.id
            from public.generation_jobs as job
            join public.projects as project on project.id = job.project_id
            join auth.users as person on person.id = job.user_id
            where job.id = any (held)
            for key share of project, person skip locked
        );
    end if;
    endings := genjobs.judge_endings(held, p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals);
    delete from genjobs.job_leases as lease
    using unnest(endings) as told
    where lease.job_id = told.job_id and told.outcome = 'finished';
    delete from genjobs.job_progress as progress
    using unnest(endings) as told
    where progress.job_id = told.job_id and told.outcome = 'finished';
    perform genjobs.add_lost_costs(held, p_job_ids, p_lease_tokens, p_cost_cents);
    perform set_config('genjobs.queue_is_kept', 'on', true);
    update public.generation_jobs as job
    set status = case told.status when 'succeeded' then 'succeeded' else 'failed' end,
        cost_cents = told.cost_cents,
        error = told.error
    from unnest(endings) as told
    where job.id = told.job_id and told.outcome = 'finished';
    perform set_config('genjobs.queue_is_kept', 'off', true);
    for failed in -- by person: with a hard budget, each insert waits for that person's turn
        select job, told.number, told.status, p_retry_seconds[told.number] as retry_seconds
        from unnest(endings) as told
        join public.generation_jobs as job on job.id = told.job_id
        where told.outcome = 'finished' and told.status <> 'succeeded' and not told.is_final
        order by job.user_id, told.number
    loop
        retries[failed.number] := genjobs.retry_job(failed.job, failed.status, failed.retry_seconds);
    end loop;
    return query
    select
        told.job_id, told.outcome, case told.outcome when 'refused' then told.reason end,
        retries[told.number]
    from unnest(endings) as told
    order by told.number;
end
$$;

create or replace function public.finish_generation_jobs(
    p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[] default null,
    p_finals boolean[] default null, p_retry_seconds integer[] default null
)
returns table (job_id uuid, outcome text, reason text, retried_as uuid)
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.finish_jobs(
        p_job_ids, p_lease_tokens, p_statuses, p_cost_cents, p_errors, p_finals, p_retry_seconds
    )
$$;

revoke all on function
    genjobs.judge_endings(uuid[], uuid[], uuid[], text[], integer[], text[], boolean[]),
    genjobs.add_lost_costs(uuid[], uuid[], uuid[], integer[]),
    genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[]),
    public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[])
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.finish_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[]),
    public.finish_generation_jobs(uuid[], uuid[], text[], integer[], text[], boolean[], integer[])
    to service_role;

insert into genjobs.schema_versions (version) values ('20261127133010') on conflict do nothing;
