-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.fold_next(integer, boolean)
CREATE OR REPLACE FUNCTION genjobs.fold_next(p_events integer, p_histogram boolean)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Events can be folded only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtextextended('genjobs fold', 0));
    perform genjobs.erase_totals();
    if not genjobs.is_foldable() then
        return 0;
    end if;
    return genjobs.fold_batch(p_events, p_histogram);
end
$function$;

-- grants of genjobs.fold_next(integer, boolean)
REVOKE ALL ON FUNCTION genjobs.fold_next(integer, boolean) FROM PUBLIC, anon, authenticated, service_role;
