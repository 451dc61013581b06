-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.rebuild_cost_totals()
CREATE OR REPLACE FUNCTION genjobs.rebuild_cost_totals()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
declare
    ceiling xid8;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The totals can be rebuilt at read committed only.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    -- Events that another server numbered ahead of this one's count.
    update public.generation_job_events as event
    set transaction_id = pg_current_xact_id()
    where event.transaction_id > pg_snapshot_xmax(pg_current_snapshot());
    delete from genjobs.cost_totals;
    delete from genjobs.erasures;
    ceiling := pg_snapshot_xmin(pg_current_snapshot());
    perform genjobs.fold_between('0', 0, ceiling, 0, false);
    perform genjobs.fold_between('0', 0, ceiling, 0, true);
    update genjobs.fold_state as state
    set transaction_id = ceiling,
        event_id = 0,
        histogram_transaction_id = ceiling,
        histogram_event_id = 0,
        last_event_id = coalesce((select max(event.id) from public.generation_job_events as event), 0),
        cluster = (select system.system_identifier from pg_catalog.pg_control_system() as system),
        complete = (select back_fill.done from genjobs.back_fill_state as back_fill);
end
$function$;

-- grants of genjobs.rebuild_cost_totals()
REVOKE ALL ON FUNCTION genjobs.rebuild_cost_totals() FROM PUBLIC, anon, authenticated, service_role;
