-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.check_split(text)
CREATE OR REPLACE FUNCTION genjobs.check_split(p_split text)
 RETURNS void
 LANGUAGE plpgsql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
begin
    if p_split is null or p_split not in ('none', 'mode', 'project', 'status', 'person') then
        raise exception 'The totals cannot be split by that.'
            using errcode = 'invalid_parameter_value',
                detail = format('p_split was %s.', quote_nullable(p_split)),
                hint = 'Use none, mode, project, status or person.';
    end if;
end
$function$;

-- grants of genjobs.check_split(text)
REVOKE ALL ON FUNCTION genjobs.check_split(text) FROM PUBLIC, anon, authenticated, service_role;
