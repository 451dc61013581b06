-- The rest of the objects of this database's schema, as in the file before, and the digests of all.

create or replace function genjobs.list_routines()
returns table (
    kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

create or replace function genjobs.list_rights()
returns table (
    kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
-- What public and the API's roles may do with the schema genjobs and with every table, view, sequence and function of it
-- and of public; and who owns them, if it is not the owner of the schema genjobs. Columns as in tables.sql.
with home as (
    select space.oid, space.nspname, space.nspowner, space.nspacl
    from pg_catalog.pg_namespace as space
    where space.nspname in ('genjobs', 'public')
),
identity_sequence as (
    select link.objid as oid, format('%I.%I', home.nspname, rel.relname) as table_name
    from pg_catalog.pg_depend as link
    join pg_catalog.pg_class as rel on rel.oid = link.refobjid
    join home on home.oid = rel.relnamespace
    where link.classid = 'pg_catalog.pg_class'::regclass and link.deptype = 'i'
),
securable (class, oid, noun, name, object, part, owner, acl) as (
    select
        'pg_catalog.pg_namespace'::regclass, oid, 'SCHEMA', nspname::text, nspname::text, '', nspowner,
        coalesce(nspacl, acldefault('n', nspowner))
    from home
    where nspname = 'genjobs'
    union all
    select
        'pg_catalog.pg_class'::regclass, rel.oid, case rel.relkind when 'S' then 'SEQUENCE' else 'TABLE' end, given.name,
        coalesce(identity_sequence.table_name, given.name),
        case when identity_sequence.oid is null then '' else given.name end,
        rel.relowner,
        coalesce(rel.relacl, acldefault(case rel.relkind when 'S' then 's' else 'r' end::"char", rel.relowner))
    from pg_catalog.pg_class as rel
    join home on home.oid = rel.relnamespace
    left join identity_sequence on identity_sequence.oid = rel.oid
    cross join lateral (select format('%I.%I', home.nspname, rel.relname) as name) as given
    where rel.relkind in ('r', 'v', 'S')
    union all
    select
        'pg_catalog.pg_proc'::regclass, fn.oid, case fn.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end,
        given.name, given.name, '', fn.proowner, coalesce(fn.proacl, acldefault('f', fn.proowner))
    from pg_catalog.pg_proc as fn
    join home on home.oid = fn.pronamespace
    cross join lateral (
        select format('%I.%I(%s)', home.nspname, fn.proname, oidvectortypes(fn.proargtypes)) as name
    ) as given
    where fn.prokind in ('f', 'p', 'w')
),
own as (
    select *
    from securable
    where not exists (
        select from pg_catalog.pg_depend as link
        where link.classid = securable.class and link.objid = securable.oid and link.deptype = 'e'
    )
),
privilege as (
    select own.object, own.part, own.noun, own.name, given.grantee, given.is_grantable, given.privilege_type as privilege
    from own
    cross join lateral aclexplode(own.acl) as given
    union all
    select
        own.object, own.part, own.noun, own.name, given.grantee, given.is_grantable,
        format('%s (%s)', given.privilege_type, string_agg(quote_ident(col.attname), ', ' order by col.attname collate "C"))
    from own
    join pg_catalog.pg_attribute as col on col.attrelid = own.oid and not col.attisdropped
    cross join lateral aclexplode(col.attacl) as given
    where own.class = 'pg_catalog.pg_class'::regclass
    group by own.object, own.part, own.noun, own.name, given.grantee, given.is_grantable, given.privilege_type
),
of_role as (
    select
        privilege.object, privilege.part, privilege.noun, privilege.name, privilege.is_grantable,
        coalesce(role.rolname::text, 'PUBLIC') as role,
        string_agg(privilege.privilege, ', ' order by privilege.privilege collate "C") as privileges
    from privilege
    left join pg_catalog.pg_roles as role on role.oid = privilege.grantee
    where privilege.grantee = 0 or role.rolname in ('anon', 'authenticated', 'service_role')
    group by privilege.object, privilege.part, privilege.noun, privilege.name, privilege.is_grantable, role.rolname
),
line as (
    select
        object, part,
        format('GRANT %s ON %s %s TO %s', privileges, noun, name, string_agg(role, ', ' order by role collate "C"))
            || case when is_grantable then ' WITH GRANT OPTION;' else ';' end as text
    from of_role
    group by object, part, noun, name, privileges, is_grantable
)
select
    'grants' as kind, own.object, own.part, 0 as position,
    format('REVOKE ALL ON %s %s FROM PUBLIC, anon, authenticated, service_role;', own.noun, own.name)
        || coalesce(E'\n' || string_agg(line.text, E'\n' order by line.text collate "C"), '') as definition,
    null as removal, false as is_ours
from own
left join line on line.object = own.object and line.part = own.part
group by own.object, own.part, own.noun, own.name
union all
select
    'owner', own.object, own.part, 0,
    format('ALTER %s %s OWNER TO %I;', own.noun, own.name, pg_get_userbyid(own.owner)),
    format('ALTER %s %s OWNER TO %I;', own.noun, own.name, pg_get_userbyid(home.nspowner)), false
from own
join home on home.nspname = 'genjobs' and home.nspowner <> own.owner
$$;

create or replace function genjobs.list_openings()
returns table (
    kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

-- The names and digests of the objects that the caller asks for and of those in genjobs, without their definitions. For a
-- table that the caller asks for and may use, also everything else that belongs to it: nobody can know the names of
-- additions.
-- p_known has an array [kind, object, part] for each object; the answer is an array of [kind, object, part, digest,
-- is_ours].
create or replace function public.get_schema_digests(p_known jsonb)
returns json
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
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
$$;

revoke all on function
    genjobs.list_routines(),
    genjobs.list_rights(),
    genjobs.list_openings(),
    public.get_schema_digests(jsonb)
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.list_routines(),
    genjobs.list_rights(),
    genjobs.list_openings(),
    public.get_schema_digests(jsonb)
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132850') on conflict do nothing;
