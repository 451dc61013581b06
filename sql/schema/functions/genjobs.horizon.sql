-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.horizon(boolean)
CREATE OR REPLACE FUNCTION genjobs.horizon(p_histogram boolean, OUT transaction_id xid8, OUT event_id bigint, OUT complete boolean)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO ''
AS $function$
    select
        case when p_histogram then state.histogram_transaction_id else state.transaction_id end,
        case when p_histogram then state.histogram_event_id else state.event_id end,
        state.complete and state.cluster = system.system_identifier
    from genjobs.fold_state as state
    cross join pg_catalog.pg_control_system() as system
$function$;

-- grants of genjobs.horizon(boolean)
REVOKE ALL ON FUNCTION genjobs.horizon(boolean) FROM PUBLIC, anon, authenticated, service_role;
