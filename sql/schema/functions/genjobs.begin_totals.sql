-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.begin_totals()
CREATE OR REPLACE FUNCTION genjobs.begin_totals()
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    numbers constant regclass := 'public.generation_job_events_id_seq';
    last_id bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    if genjobs.totals_state() not in ('moved', 'doubted') then
        return false;
    end if;
    select coalesce(max(event.id), 0) into last_id from public.generation_job_events as event;
    if last_id > coalesce(pg_sequence_last_value(numbers), 0) then
        perform setval(numbers, last_id);
    end if;
    delete from genjobs.cost_totals;
    delete from genjobs.set_aside_events;
    delete from genjobs.erasures;
    delete from genjobs.unlimited_projects;
    delete from genjobs.totals_origins;
    insert into genjobs.totals_origins (cluster)
    select system.system_identifier from pg_control_system() as system;
    insert into genjobs.fold_state as state (
        transaction_id, event_id, histogram_transaction_id, histogram_event_id, last_event_id, complete
    )
    values ('0', 0, '0', 0, last_id, false)
    on conflict (only_row) do update
    set transaction_id = '0',
        event_id = 0,
        histogram_transaction_id = '0',
        histogram_event_id = 0,
        last_event_id = excluded.last_event_id,
        complete = false;
    return true;
end
$function$;

-- grants of genjobs.begin_totals()
REVOKE ALL ON FUNCTION genjobs.begin_totals() FROM PUBLIC, anon, authenticated, service_role;
