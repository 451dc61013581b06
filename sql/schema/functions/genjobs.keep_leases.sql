-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[])
CREATE OR REPLACE FUNCTION genjobs.keep_leases(p_worker_id uuid, p_lease_seconds integer, p_job_ids uuid[], p_lease_tokens uuid[], p_percents integer[], p_messages text[])
 RETURNS TABLE(lost_job_id uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[])
REVOKE ALL ON FUNCTION genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.keep_leases(uuid, integer, uuid[], uuid[], integer[], text[]) TO service_role;
