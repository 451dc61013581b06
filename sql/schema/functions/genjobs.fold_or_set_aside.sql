-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.fold_or_set_aside(xid8, bigint, xid8, bigint, boolean)
CREATE OR REPLACE FUNCTION genjobs.fold_or_set_aside(p_after_transaction xid8, p_after_event bigint, p_upto_transaction xid8, p_upto_event bigint, p_histogram boolean)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    events bigint;
    middle record;
begin
    begin
        perform genjobs.fold_between(p_after_transaction, p_after_event, p_upto_transaction, p_upto_event, p_histogram);
        return;
    exception when others then
        select count(*) into events
        from public.generation_job_events as event
        where (event.transaction_id, event.id) > (p_after_transaction, p_after_event)
            and (event.transaction_id, event.id) <= (p_upto_transaction, p_upto_event);
        -- Errors of data, constraints, server limits, and triggers.
        if events = 0 or sqlstate !~ '^(22|23|54|P0)' then
            raise;
        end if;
        if events = 1 then
            insert into genjobs.set_aside_events (user_id, histogram, job_id, event_id, code, reason)
            select event.user_id, p_histogram, event.job_id, event.id, sqlstate, left(sqlerrm, 1000)
            from public.generation_job_events as event
            where (event.transaction_id, event.id) > (p_after_transaction, p_after_event)
                and (event.transaction_id, event.id) <= (p_upto_transaction, p_upto_event);
            raise warning 'An event was set aside because the totals cannot store it: % (%)', sqlerrm, sqlstate;
            return;
        end if;
    end;
    select event.transaction_id, event.id into middle
    from public.generation_job_events as event
    where (event.transaction_id, event.id) > (p_after_transaction, p_after_event)
        and (event.transaction_id, event.id) <= (p_upto_transaction, p_upto_event)
    order by event.transaction_id, event.id
    offset events / 2 - 1
    limit 1;
    perform genjobs.fold_or_set_aside(
        p_after_transaction, p_after_event, middle.transaction_id, middle.id, p_histogram
    );
    perform genjobs.fold_or_set_aside(
        middle.transaction_id, middle.id, p_upto_transaction, p_upto_event, p_histogram
    );
end
$function$;

-- grants of genjobs.fold_or_set_aside(xid8, bigint, xid8, bigint, boolean)
REVOKE ALL ON FUNCTION genjobs.fold_or_set_aside(xid8, bigint, xid8, bigint, boolean) FROM PUBLIC, anon, authenticated, service_role;
