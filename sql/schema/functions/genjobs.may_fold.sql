-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.may_fold()
CREATE OR REPLACE FUNCTION genjobs.may_fold()
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select current_setting('transaction_isolation') = 'read committed'
        and pg_try_advisory_xact_lock(hashtextextended('genjobs fold', 0))
$function$;

-- grants of genjobs.may_fold()
REVOKE ALL ON FUNCTION genjobs.may_fold() FROM PUBLIC, anon, authenticated, service_role;
