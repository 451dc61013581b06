-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.fold_batch(integer, boolean)
CREATE OR REPLACE FUNCTION genjobs.fold_batch(p_events integer, p_histogram boolean)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    ceiling xid8;
    since record;
    upto record;
begin
    select * into since from genjobs.horizon(p_histogram);
    ceiling := pg_snapshot_xmin(pg_current_snapshot());
    select last.transaction_id, last.id, last.newest, last.number
    into upto
    from (
        select
            event.transaction_id, event.id,
            max(event.id) over in_order as newest,
            row_number() over in_order as number
        from public.generation_job_events as event
        where (event.transaction_id, event.id) > (since.transaction_id, since.event_id)
            and event.transaction_id < ceiling
        window in_order as (order by event.transaction_id, event.id)
        order by event.transaction_id, event.id
        limit p_events
    ) as last
    order by last.number desc
    limit 1;
    if not found then
        return 0;
    end if;
    perform genjobs.fold_or_set_aside(since.transaction_id, since.event_id, upto.transaction_id, upto.id, p_histogram);
    if p_histogram then
        update genjobs.fold_state
        set histogram_transaction_id = upto.transaction_id, histogram_event_id = upto.id;
    else
        update genjobs.fold_state
        set transaction_id = upto.transaction_id,
            event_id = upto.id,
            last_event_id = greatest(last_event_id, upto.newest);
    end if;
    return upto.number;
end
$function$;

-- grants of genjobs.fold_batch(integer, boolean)
REVOKE ALL ON FUNCTION genjobs.fold_batch(integer, boolean) FROM PUBLIC, anon, authenticated, service_role;
