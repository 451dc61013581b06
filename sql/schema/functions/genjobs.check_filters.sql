-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.check_filters(uuid[], text[], text[], uuid[])
CREATE OR REPLACE FUNCTION genjobs.check_filters(p_project_ids uuid[], p_modes text[], p_statuses text[], p_user_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    filter record;
begin
    for filter in
        select given.name, given.number
        from (
            values
                ('p_project_ids', cardinality(p_project_ids)), ('p_modes', cardinality(p_modes)),
                ('p_statuses', cardinality(p_statuses)), ('p_user_ids', cardinality(p_user_ids))
        ) as given (name, number)
        where given.number > 1000
    loop
        raise exception 'A filter has too many values.'
            using errcode = 'invalid_parameter_value',
                detail = format('%s has %s values.', filter.name, filter.number),
                hint = 'Give at most 1,000 values, or null for all.';
    end loop;
end
$function$;

-- grants of genjobs.check_filters(uuid[], text[], text[], uuid[])
REVOKE ALL ON FUNCTION genjobs.check_filters(uuid[], text[], text[], uuid[]) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.check_filters(uuid[], text[], text[], uuid[]) TO authenticated, service_role;
