-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.horizon(boolean)
CREATE OR REPLACE FUNCTION genjobs.horizon(p_histogram boolean, OUT transaction_id xid8, OUT event_id bigint, OUT complete boolean)
 RETURNS record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select
        case when p_histogram then state.histogram_transaction_id else state.transaction_id end,
        case when p_histogram then state.histogram_event_id else state.event_id end,
        genjobs.totals_state() = 'complete'
    from (values (true)) as given (only_row)
    left join genjobs.fold_state as state on state.only_row
$function$;

-- grants of genjobs.horizon(boolean)
REVOKE ALL ON FUNCTION genjobs.horizon(boolean) FROM PUBLIC, anon, authenticated, service_role;
