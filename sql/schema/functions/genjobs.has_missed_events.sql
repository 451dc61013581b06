-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.has_missed_events()
CREATE OR REPLACE FUNCTION genjobs.has_missed_events()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select exists (
        select
        from genjobs.fold_state as state
        join public.generation_job_events as event
            on event.id > state.last_event_id
            and event.transaction_id > '0'
            and (event.transaction_id, event.id) <= (state.transaction_id, state.event_id)
    )
$function$;

-- grants of genjobs.has_missed_events()
REVOKE ALL ON FUNCTION genjobs.has_missed_events() FROM PUBLIC, anon, authenticated, service_role;
