-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function public.get_schema_digests(jsonb)
CREATE OR REPLACE FUNCTION public.get_schema_digests(p_known jsonb)
 RETURNS json
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
    with known as (
        select one ->> 0 as kind, one ->> 1 as object, one ->> 2 as part
        from jsonb_array_elements(p_known) as given (one)
    ),
    found as (
        select * from genjobs.list_tables()
        union all
        select * from genjobs.list_parts()
        union all
        select * from genjobs.list_routines()
        union all
        select * from genjobs.list_rights()
        union all
        select * from genjobs.list_openings()
    )
    select coalesce(
        json_agg(json_build_array(found.kind, found.object, found.part, md5(found.definition), found.is_ours)), '[]'
    )
    from found
    where found.is_ours
        or (found.kind, found.object, found.part) in (select kind, object, part from known)
        or found.kind = 'owner' and found.object in (select object from known)
        or case
            when found.kind = 'function'
            then split_part(found.object, '(', 1) in (select split_part(object, '(', 1) from known where kind = 'function')
                and has_function_privilege(found.object, 'execute')
            when found.kind in (
                'column', 'storage', 'statistics', 'constraint', 'index', 'policy', 'trigger', 'rule', 'open view',
                'filtered view', 'open function'
            )
            then found.object in (select object from known where kind in ('table', 'view'))
                and has_table_privilege(found.object, 'select, insert, update, delete')
            else false
        end
$function$;

-- grants of public.get_schema_digests(jsonb)
REVOKE ALL ON FUNCTION public.get_schema_digests(jsonb) FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.get_schema_digests(jsonb) TO authenticated, service_role;
