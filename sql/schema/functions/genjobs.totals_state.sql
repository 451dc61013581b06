-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.totals_state()
CREATE OR REPLACE FUNCTION genjobs.totals_state()
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select case
        when origins.clusters = array[0::bigint] then 'doubted'
        when origins.clusters is distinct from array[system.system_identifier]
            or state.complete is null
            or greatest(state.transaction_id, state.histogram_transaction_id)
                > pg_snapshot_xmax(pg_current_snapshot())
            then 'moved'
        when not state.complete then 'filling'
        else 'complete'
    end
    from pg_catalog.pg_control_system() as system
    cross join (select array_agg(origin.cluster) as clusters from genjobs.totals_origins as origin) as origins
    left join genjobs.fold_state as state on true
$function$;

-- grants of genjobs.totals_state()
REVOKE ALL ON FUNCTION genjobs.totals_state() FROM PUBLIC, anon, authenticated, service_role;
