-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.is_excluded(uuid)
CREATE OR REPLACE FUNCTION genjobs.is_excluded(p_job_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select coalesce(sum(case when event.new_status is null then -1 else 1 end), 0) > 0
    from public.generation_job_events as event
    where event.job_id = p_job_id
        and event.kind = 'excluded'
        and not exists (
            select
            from public.generation_job_events as later
            where later.job_id = p_job_id and later.id > event.id and later.kind in ('created', 'joined')
        )
$function$;

-- grants of genjobs.is_excluded(uuid)
REVOKE ALL ON FUNCTION genjobs.is_excluded(uuid) FROM PUBLIC, anon, authenticated, service_role;
