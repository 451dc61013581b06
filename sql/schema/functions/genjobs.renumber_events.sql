-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.renumber_events(integer)
CREATE OR REPLACE FUNCTION genjobs.renumber_events(p_events integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    renumbered bigint;
begin
    update public.generation_job_events as event
    set transaction_id = '2'
    from (
        select ahead.job_id, ahead.id
        from public.generation_job_events as ahead
        where ahead.transaction_id >= pg_snapshot_xmax(pg_current_snapshot())
            and ahead.transaction_id <> pg_current_xact_id()
        order by ahead.transaction_id desc
        limit p_events
    ) as foreign_event
    where event.job_id = foreign_event.job_id and event.id = foreign_event.id;
    get diagnostics renumbered = row_count;
    return renumbered;
end
$function$;

-- grants of genjobs.renumber_events(integer)
REVOKE ALL ON FUNCTION genjobs.renumber_events(integer) FROM PUBLIC, anon, authenticated, service_role;
