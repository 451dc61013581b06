-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.totals_mode(text)
CREATE OR REPLACE FUNCTION genjobs.totals_mode(p_mode text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    select case
        when length(p_mode) <= 100 then p_mode
        else left(p_mode, 83) || '…' || left(encode(sha256(convert_to(p_mode, 'UTF8')), 'hex'), 16)
    end
$function$;

-- grants of genjobs.totals_mode(text)
REVOKE ALL ON FUNCTION genjobs.totals_mode(text) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.totals_mode(text) TO authenticated, service_role;
