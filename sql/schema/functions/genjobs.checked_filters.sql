-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.checked_filters(uuid[], text[], text[], uuid[], boolean)
CREATE OR REPLACE FUNCTION genjobs.checked_filters(p_project_ids uuid[] DEFAULT NULL::uuid[], p_modes text[] DEFAULT NULL::text[], p_statuses text[] DEFAULT NULL::text[], p_user_ids uuid[] DEFAULT NULL::uuid[], p_everyone boolean DEFAULT false)
 RETURNS genjobs.cost_filters
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
    filters genjobs.cost_filters;
    long record;
begin
    for long in
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
                detail = format('%s has %s values.', long.name, long.number),
                hint = 'Give at most 1,000 values, or null for all.';
    end loop;
    filters.project_ids := p_project_ids;
    filters.modes := p_modes;
    filters.statuses := p_statuses;
    filters.user_ids := p_user_ids;
    filters.everyone := p_everyone;
    return filters;
end
$function$;

-- grants of genjobs.checked_filters(uuid[], text[], text[], uuid[], boolean)
REVOKE ALL ON FUNCTION genjobs.checked_filters(uuid[], text[], text[], uuid[], boolean) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.checked_filters(uuid[], text[], text[], uuid[], boolean) TO authenticated, service_role;
