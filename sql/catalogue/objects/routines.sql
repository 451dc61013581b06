-- The functions and procedures of genjobs and public, with their settings. Columns as in tables.sql; a function is named
-- by the types of its arguments, and one of public is ours if its text names genjobs.
with routine as (
    select
        fn.oid, format('%I.%I(%s)', space.nspname, fn.proname, oidvectortypes(fn.proargtypes)) as name,
        case fn.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end as noun,
        space.nspname = 'genjobs' or fn.prosrc ~ '\mgenjobs\.' as is_ours
    from pg_catalog.pg_proc as fn
    join pg_catalog.pg_namespace as space on space.oid = fn.pronamespace and space.nspname in ('genjobs', 'public')
    where fn.prokind in ('f', 'p', 'w')
        and not exists (
            select from pg_catalog.pg_depend as link
            where link.classid = 'pg_catalog.pg_proc'::regclass and link.objid = fn.oid and link.deptype = 'e'
        )
)
select
    'function' as kind, name as object, '' as part, 0 as position,
    replace(rtrim(pg_get_functiondef(oid), E'\n'), E'\r', '') || ';' as definition,
    format('DROP %s %s;', noun, name) as removal, is_ours
from routine
union all
select
    'comment', routine.name, '', 0, format('COMMENT ON %s %s IS %L;', routine.noun, routine.name, said.description),
    format('COMMENT ON %s %s IS NULL;', routine.noun, routine.name), routine.is_ours
from routine
join pg_catalog.pg_description as said
    on said.classoid = 'pg_catalog.pg_proc'::regclass and said.objoid = routine.oid
