-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.waiting_events(boolean, integer)
CREATE OR REPLACE FUNCTION genjobs.waiting_events(p_histogram boolean, p_most integer, OUT events bigint, OUT since timestamp with time zone)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select
        (
            select count(*)
            from (
                select
                from public.generation_job_events as event
                where (event.transaction_id, event.id) > (horizon.transaction_id, horizon.event_id)
                limit p_most
            ) as waiting
        ),
        (
            select event.at
            from public.generation_job_events as event
            where (event.transaction_id, event.id) > (horizon.transaction_id, horizon.event_id)
            order by event.transaction_id, event.id
            limit 1
        )
    from genjobs.horizon(p_histogram) as horizon
$function$;

-- grants of genjobs.waiting_events(boolean, integer)
REVOKE ALL ON FUNCTION genjobs.waiting_events(boolean, integer) FROM PUBLIC, anon, authenticated, service_role;
