-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.comes_back(uuid)
CREATE OR REPLACE FUNCTION genjobs.comes_back(p_job_id uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select genjobs.is_owner()
        and coalesce((
            select event.kind = 'deleted'
            from public.generation_job_events as event
            where event.job_id = p_job_id and event.kind in ('deleted', 'restored')
            order by event.id desc
            limit 1
        ), false)
$function$;

-- grants of genjobs.comes_back(uuid)
REVOKE ALL ON FUNCTION genjobs.comes_back(uuid) FROM PUBLIC, anon, authenticated, service_role;
