-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.list_rights()
CREATE OR REPLACE FUNCTION genjobs.list_rights()
 RETURNS TABLE(kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
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
$function$;

-- grants of genjobs.list_rights()
REVOKE ALL ON FUNCTION genjobs.list_rights() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.list_rights() TO authenticated, service_role;
