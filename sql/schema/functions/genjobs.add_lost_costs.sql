-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.add_lost_costs(uuid[], uuid[], uuid[], integer[])
CREATE OR REPLACE FUNCTION genjobs.add_lost_costs(p_held uuid[], p_job_ids uuid[], p_lease_tokens uuid[], p_cost_cents integer[])
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
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
$function$;

-- grants of genjobs.add_lost_costs(uuid[], uuid[], uuid[], integer[])
REVOKE ALL ON FUNCTION genjobs.add_lost_costs(uuid[], uuid[], uuid[], integer[]) FROM PUBLIC, anon, authenticated, service_role;
