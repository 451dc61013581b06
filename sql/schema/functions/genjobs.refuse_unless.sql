-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_unless(boolean, text, text)
CREATE OR REPLACE FUNCTION genjobs.refuse_unless(p_holds boolean, p_message text, p_hint text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_holds is not true then
        raise exception '%', p_message using errcode = 'invalid_parameter_value', hint = p_hint;
    end if;
end
$function$;

-- grants of genjobs.refuse_unless(boolean, text, text)
REVOKE ALL ON FUNCTION genjobs.refuse_unless(boolean, text, text) FROM PUBLIC, anon, authenticated, service_role;
