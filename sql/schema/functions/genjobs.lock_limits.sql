-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.lock_limits(uuid)
CREATE OR REPLACE FUNCTION genjobs.lock_limits(p_user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'Hard limits and the owner of a project can be changed only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform pg_advisory_xact_lock(hashtext('genjobs limits'), genjobs.limits_key(p_user_id));
end
$function$;

-- grants of genjobs.lock_limits(uuid)
REVOKE ALL ON FUNCTION genjobs.lock_limits(uuid) FROM PUBLIC, anon, authenticated, service_role;
