-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.take_turn(uuid)
CREATE OR REPLACE FUNCTION genjobs.take_turn(p_user_id uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
AS $function$
begin
    if exists (
        select from genjobs.spendings as spent
        where spent.user_id = p_user_id
            and spent.transaction_id = pg_current_xact_id()
            and spent.began_at = transaction_timestamp()
    ) then
        return;
    end if;
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'With a hard budget, jobs can be inserted only at isolation level read committed.'
            using errcode = 'invalid_transaction_state',
                hint = 'Begin the transaction with: begin isolation level read committed.';
    end if;
    perform from auth.users as person where person.id = p_user_id for key share;
    insert into genjobs.spenders (user_id)
    select person.id from auth.users as person where person.id = p_user_id
    on conflict do nothing;
    perform from genjobs.spenders as spender where spender.user_id = p_user_id for no key update;
    delete from genjobs.spendings as spent where spent.user_id = p_user_id;
end
$function$;

-- grants of genjobs.take_turn(uuid)
REVOKE ALL ON FUNCTION genjobs.take_turn(uuid) FROM PUBLIC, anon, authenticated, service_role;
