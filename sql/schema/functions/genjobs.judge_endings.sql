-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.judge_endings(uuid[], uuid[], uuid[], text[], integer[], text[], boolean[])
CREATE OR REPLACE FUNCTION genjobs.judge_endings(p_held uuid[], p_job_ids uuid[], p_lease_tokens uuid[], p_statuses text[], p_cost_cents integer[], p_errors text[], p_finals boolean[])
 RETURNS genjobs.ending[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.judge_endings(uuid[], uuid[], uuid[], text[], integer[], text[], boolean[])
REVOKE ALL ON FUNCTION genjobs.judge_endings(uuid[], uuid[], uuid[], text[], integer[], text[], boolean[]) FROM PUBLIC, anon, authenticated, service_role;
