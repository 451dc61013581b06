-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_negative_cost(public.generation_jobs)
CREATE OR REPLACE FUNCTION genjobs.refuse_negative_cost(p_job public.generation_jobs)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'The cost of a job cannot be negative.'
        using errcode = 'check_violation',
            constraint = 'cost_is_not_negative',
            column = 'cost_cents',
            table = 'generation_jobs',
            schema = 'public',
            detail = format('The given cost_cents is %s.', p_job.cost_cents),
            hint = 'Give whole cents, zero or more.';
end
$function$;

-- grants of genjobs.refuse_negative_cost(public.generation_jobs)
REVOKE ALL ON FUNCTION genjobs.refuse_negative_cost(public.generation_jobs) FROM PUBLIC, anon, authenticated, service_role;
