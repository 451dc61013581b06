-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.list_openings()
CREATE OR REPLACE FUNCTION genjobs.list_openings()
 RETURNS TABLE(kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
-- What anon or authenticated may use to read our tables in public past the policies: views that read as their owner, and
-- functions that run as theirs. An open view asks nowhere who is calling, so it shows the same to everyone; nobody can tell
-- from outside what a filtered view or a function leaves out. The object is the table. Our own view is left out, because
-- tables.sql compares it. Columns as in tables.sql.
with recursive role as (
    select pg_roles.oid, pg_roles.rolname::text as name
    from pg_catalog.pg_roles
    where pg_roles.rolname in ('anon', 'authenticated')
),
own_table as (
    select rel.oid, rel.relowner as owner, rel.relname::text as short_name, format('public.%I', rel.relname) as name
    from pg_catalog.pg_class as rel
    where rel.relnamespace = to_regnamespace('public') and rel.relkind = 'r'
        and rel.relname in ('projects', 'assets', 'generation_jobs', 'generation_job_events', 'budgets')
),
dependent_view as (
    select distinct
        link.refobjid as read_oid, rel.oid, rel.relkind = 'm' as is_kept, coalesce(given.is_invoker, false) as is_invoker,
        rel.relkind = 'v' and pg_get_viewdef(rel.oid)
            ~* '\m(auth\.(uid|jwt|role|email)\(|current_setting\(|current_user\M|session_user\M)' as asks_who
    from pg_catalog.pg_depend as link
    join pg_catalog.pg_rewrite as rule on rule.oid = link.objid and rule.ev_class <> link.refobjid
    join pg_catalog.pg_class as rel
        on rel.oid = rule.ev_class and rel.relkind in ('v', 'm')
        and rel.relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    left join lateral (
        select split_part(setting, '=', 2)::boolean as is_invoker
        from unnest(rel.reloptions) as option (setting)
        where setting like 'security_invoker=%'
    ) as given on true
    where link.classid = 'pg_catalog.pg_rewrite'::regclass and link.refclassid = 'pg_catalog.pg_class'::regclass
),
-- A view that reads as its caller does so within other views, too, but not when its rows are kept.
reading (table_oid, oid, as_owner, asks_who) as (
    select own_table.oid, dependent_view.oid, not dependent_view.is_invoker, dependent_view.asks_who
    from own_table
    join dependent_view on dependent_view.read_oid = own_table.oid
    union
    select
        reading.table_oid, dependent_view.oid,
        dependent_view.is_kept or reading.as_owner and not dependent_view.is_invoker,
        not dependent_view.is_kept and (reading.asks_who or dependent_view.asks_who)
    from reading
    join dependent_view on dependent_view.read_oid = reading.oid
),
opening as (
    select
        case when bool_and(reading.asks_who) then 'filtered view' else 'open view' end as kind, '' as noun, reading.table_oid,
        format('%I.%I', space.nspname, rel.relname) as name, space.oid as space, rel.relowner as owner, rel.oid
    from reading
    join pg_catalog.pg_class as rel on rel.oid = reading.oid
    join pg_catalog.pg_namespace as space on space.oid = rel.relnamespace
    where reading.as_owner and (space.nspname, rel.relname) <> ('public', 'generation_job_summary')
    group by reading.table_oid, space.nspname, rel.relname, space.oid, rel.relowner, rel.oid
    union all
    select
        'open function', 'FUNCTION ', own_table.oid,
        format('%I.%I(%s)', space.nspname, fn.proname, oidvectortypes(fn.proargtypes)), space.oid, fn.proowner, fn.oid
    from pg_catalog.pg_proc as fn
    join pg_catalog.pg_namespace as space on space.oid = fn.pronamespace and space.nspname not in ('genjobs', 'pg_catalog')
    join own_table on fn.prosrc ~ format('\m%s\M', own_table.short_name)
        or exists (
            select from pg_catalog.pg_depend as link
            where link.classid = 'pg_catalog.pg_proc'::regclass and link.objid = fn.oid and link.refobjid = own_table.oid
        )
    where fn.prosecdef and fn.prokind = 'f' and fn.prorettype <> 'pg_catalog.trigger'::regtype
),
granted as (
    select opening.*, own_table.name as table_name, role.name as role
    from opening
    join own_table on own_table.oid = opening.table_oid
    join pg_catalog.pg_roles as owner on owner.oid = opening.owner
    cross join role
    where (owner.rolsuper or owner.rolbypassrls or pg_has_role(owner.oid, own_table.owner, 'usage'))
        and has_schema_privilege(role.oid, opening.space, 'usage')
        and case opening.kind
            when 'open function' then has_function_privilege(role.oid, opening.oid, 'execute')
            else has_any_column_privilege(role.oid, opening.oid, 'select')
                or has_table_privilege(role.oid, opening.oid, 'insert, update, delete')
        end
)
select
    granted.kind, granted.table_name as object, granted.name as part, 0 as position,
    format('GRANT ALL ON %s%s TO %s;', granted.noun, granted.name, string_agg(granted.role, ', ' order by granted.role))
        as definition,
    format('REVOKE ALL ON %s%s FROM PUBLIC, anon, authenticated;', granted.noun, granted.name) as removal, false as is_ours
from granted
group by granted.kind, granted.noun, granted.table_name, granted.name
$function$;

-- grants of genjobs.list_openings()
REVOKE ALL ON FUNCTION genjobs.list_openings() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.list_openings() TO authenticated, service_role;
