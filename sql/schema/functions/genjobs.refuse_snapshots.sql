-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_snapshots()
CREATE OR REPLACE FUNCTION genjobs.refuse_snapshots()
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Workers can claim and finish jobs only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
end
$function$;

-- grants of genjobs.refuse_snapshots()
REVOKE ALL ON FUNCTION genjobs.refuse_snapshots() FROM PUBLIC, anon, authenticated, service_role;
