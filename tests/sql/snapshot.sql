-- One line for each thing that the migrations build, in words that do not depend on ids or on the order of making.

select line
from (
    select format('schema %s %s', nspname, nspacl::text[]) as line
    from pg_namespace
    where nspname in ('public', 'genjobs')
    union all
    select format('column %s.%s %s %s %s %s %s', attrelid::regclass, attnum, attname,
        format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), attacl)
    from pg_attribute
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
    join pg_class on pg_class.oid = attrelid
    where relnamespace::regnamespace::text in ('public', 'genjobs') and relkind in ('r', 'v') and attnum > 0
    union all
    select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    from pg_constraint
    where connamespace::regnamespace::text in ('public', 'genjobs') and contype <> 'n'
    union all
    select format('relation %s %s %s %s %s %s', oid::regclass, relkind, relowner::regrole, relrowsecurity, reloptions,
        (select array_agg(entry order by entry) from unnest(relacl::text[]) as entry))
    from pg_class
    where relnamespace::regnamespace::text in ('public', 'genjobs') and relkind in ('r', 'v')
    union all
    select format('index %s', pg_get_indexdef(indexrelid))
    from pg_index
    join pg_class on pg_class.oid = indrelid
    where relnamespace::regnamespace::text in ('public', 'genjobs')
    union all
    select format('policy %s %s %s %s %s %s %s', tablename, policyname, permissive, roles, cmd, qual, with_check)
    from pg_policies
    union all
    select format('trigger %s %s', pg_get_triggerdef(oid), tgenabled)
    from pg_trigger
    where not tgisinternal
    union all
    select format('function %s %s %s', pg_get_functiondef(oid), proowner::regrole,
        (select array_agg(entry order by entry) from unnest(proacl::text[]) as entry))
    from pg_proc
    where pronamespace::regnamespace::text in ('public', 'genjobs')
    union all
    select format('view %s', pg_get_viewdef('public.generation_job_summary'))
    where to_regclass('public.generation_job_summary') is not null
    union all
    select format('version %s', version)
    from genjobs.schema_versions
) as lines
order by line collate "C"
