-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.open_modes(text[])
CREATE OR REPLACE FUNCTION genjobs.open_modes(p_modes text[])
 RETURNS text[]
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    with recursive waiting as (
        (select queued.mode from genjobs.job_queue as queued order by queued.mode limit 1)
        union all
        select (
            select queued.mode from genjobs.job_queue as queued
            where queued.mode > waiting.mode
            order by queued.mode
            limit 1
        )
        from waiting
        where waiting.mode is not null
    )
    select coalesce(array_agg(waiting.mode), '{}')
    from waiting
    left join genjobs.mode_limits as limits on limits.mode = waiting.mode
    where waiting.mode is not null
        and (p_modes is null or waiting.mode in (select genjobs.queue_mode(given.mode) from unnest(p_modes) as given (mode)))
        and (
            limits.max_running is null
            or limits.max_running
                > (select count(*) from genjobs.job_leases as lease where lease.mode = waiting.mode)
        )
$function$;

-- grants of genjobs.open_modes(text[])
REVOKE ALL ON FUNCTION genjobs.open_modes(text[]) FROM PUBLIC, anon, authenticated, service_role;
