-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.rebuild_cost_totals()
CREATE OR REPLACE FUNCTION genjobs.rebuild_cost_totals()
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'The totals can be rebuilt only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform genjobs.doubt_totals();
    perform genjobs.restart_back_fill();
    while not genjobs.back_fill(1000000) loop
    end loop;
    while genjobs.renumber_events(1000000) > 0 loop
    end loop;
    perform genjobs.begin_totals();
    while genjobs.fold_next(1000000, false) > 0 loop
    end loop;
    while genjobs.fold_next(1000000, true) > 0 loop
    end loop;
    perform genjobs.finish_back_fill();
end
$function$;

-- grants of genjobs.rebuild_cost_totals()
REVOKE ALL ON FUNCTION genjobs.rebuild_cost_totals() FROM PUBLIC, anon, authenticated, service_role;
