-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.settle_on_cluster()
CREATE OR REPLACE FUNCTION genjobs.settle_on_cluster()
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
    update genjobs.fold_state as state
    set cluster = system.system_identifier,
        complete = state.complete
            and state.transaction_id <= pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())
            and not exists (
                select
                from public.generation_job_events as event
                where event.transaction_id > '0'
                    and event.id > state.last_event_id
                    and (event.transaction_id, event.id) <= (state.transaction_id, state.event_id)
            )
    from pg_catalog.pg_control_system() as system
    where state.cluster <> system.system_identifier
$function$;

-- grants of genjobs.settle_on_cluster()
REVOKE ALL ON FUNCTION genjobs.settle_on_cluster() FROM PUBLIC, anon, authenticated, service_role;
