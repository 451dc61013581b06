-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.refuse_text(text, text, text, integer, text)
CREATE OR REPLACE FUNCTION genjobs.refuse_text(p_table text, p_column text, p_words text, p_most integer, p_text text)
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    raise exception 'The % may have at most % characters.', p_words, to_char(p_most, 'FM999,999')
        using errcode = 'check_violation',
            constraint = format('%s_is_not_too_long', p_column),
            column = p_column,
            table = p_table,
            schema = 'public',
            detail = format('The given text has %s characters.', to_char(length(p_text), 'FM999,999,999')),
            hint = format('Give at most %s characters.', to_char(p_most, 'FM999,999'));
end
$function$;

-- grants of genjobs.refuse_text(text, text, text, integer, text)
REVOKE ALL ON FUNCTION genjobs.refuse_text(text, text, text, integer, text) FROM PUBLIC, anon, authenticated, service_role;
