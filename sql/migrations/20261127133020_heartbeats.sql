-- How workers report that they are alive, and the progress of their jobs. Only service_role may. Nothing here waits for
-- the row of a job, a project or a person: rows that others hold are skipped, and are tried again by the next call.

-- Stores the progress of running jobs: percents are limited to 0 to 100, and messages are cut to 200 characters. Jobs
-- that somebody is ending are skipped.
create or replace function genjobs.note_progress(
    p_job_ids uuid[], p_lease_tokens uuid[], p_percents integer[], p_messages text[]
)
returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if num_nonnulls(p_percents, p_messages) = 0 then
        return;
    end if;
    insert into genjobs.job_progress as progress (job_id, percent, message)
    select distinct on (held.job_id) held.job_id, least(greatest(held.percent, 0), 100), left(held.message, 200)
    from (
        select lease.job_id, given.percent, given.message
        from unnest(p_job_ids, p_lease_tokens, p_percents, p_messages) as given (job_id, token, percent, message)
        join genjobs.job_leases as lease on lease.job_id = given.job_id and lease.token = given.token
        where num_nonnulls(given.percent, given.message) > 0
        for key share of lease skip locked
    ) as held
    order by held.job_id
    on conflict (job_id) do update
    set percent = excluded.percent, message = excluded.message, told_at = clock_timestamp();
end
$$;

-- Records that a worker is alive, and returns which of the given jobs it has lost: they have ended or were given to
-- another worker. Jobs that it holds, but does not list although it claimed them longer ago than a lease lasts, never
-- reached it: the answer to its claim was lost. They are queued again. p_percents and p_messages are the progress of the
-- jobs; nulls for a job, or null for all, mean no news.
create or replace function genjobs.keep_leases(
    p_worker_id uuid, p_lease_seconds integer, p_job_ids uuid[], p_lease_tokens uuid[],
    p_percents integer[], p_messages text[]
)
returns table (lost_job_id uuid)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job public.generation_jobs;
begin
    perform genjobs.refuse_unless(
        p_worker_id is not null and p_lease_seconds between 5 and 3600
            and cardinality(p_job_ids) = all (array[
                cardinality(p_lease_tokens),
                coalesce(cardinality(p_percents), cardinality(p_job_ids)),
                coalesce(cardinality(p_messages), cardinality(p_job_ids))
            ]),
        'A heartbeat needs a worker id, a lease of 5 to 3600 seconds, and a token for each job.',
        'Pass p_worker_id, p_lease_seconds, and arrays of the same length; p_percents and p_messages may be null.'
    );
    insert into genjobs.workers as worker (id, leased_until)
    values (p_worker_id, clock_timestamp() + p_lease_seconds * interval '1 second')
    on conflict (id) do update set seen_at = clock_timestamp(), leased_until = excluded.leased_until;
    for job in
        select held.*
        from genjobs.job_leases as lease
        join public.generation_jobs as held on held.id = lease.job_id and held.status = 'running'
        join public.projects as project on project.id = held.project_id
        join auth.users as person on person.id = held.user_id
        where lease.worker_id = p_worker_id
            and lease.job_id <> all (p_job_ids)
            and lease.claimed_at < clock_timestamp() - p_lease_seconds * interval '1 second'
        order by held.user_id
        for no key update of held skip locked
        for key share of project, person skip locked
    loop
        perform genjobs.give_up(job, 'handed_back', 'The claim''s answer did not reach its worker.');
    end loop;
    perform genjobs.note_progress(p_job_ids, p_lease_tokens, p_percents, p_messages);
    return query
    select given.job_id
    from unnest(p_job_ids, p_lease_tokens) as given (job_id, token)
    where not exists (
        select from genjobs.job_leases as lease where lease.job_id = given.job_id and lease.token = given.token
    );
end
$$;

create or replace function public.heartbeat_generation_workers(
    p_worker_id uuid, p_lease_seconds integer default 60, p_job_ids uuid[] default '{}', p_lease_tokens uuid[] default '{}',
    p_percents integer[] default null, p_messages text[] default null
)
returns table (lost_job_id uuid)
language sql
security invoker
set search_path = pg_catalog, pg_temp
as $$
    select * from genjobs.keep_leases(p_worker_id, p_lease_seconds, p_job_ids, p_lease_tokens, p_percents, p_messages)
$$;

revoke all on function
    genjobs.note_progress(uuid[], uuid[], integer[], text[]),
    genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[]),
    public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[])
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[]),
    public.heartbeat_generation_workers(uuid, integer, uuid[], uuid[], integer[], text[])
    to service_role;

insert into genjobs.schema_versions (version) values ('20261127133020') on conflict do nothing;
