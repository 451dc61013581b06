-- The objects of this database's schema, so that the console can compare them with those that it must have. The queries
-- are those of sql/catalogue/objects, which `genjobs migrate` runs itself: it does not call these functions, which may
-- have been changed too.

create or replace function genjobs.list_tables()
returns table (
    kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
-- The schema genjobs, and every table with its columns, view, sequence and type of genjobs and public. parts.sql,
-- routines.sql and rights.sql list the rest, with the same columns:
-- `object`, a schema, type, sequence, table, view or function with its schema; `part`, the name of a part of it, else empty;
-- `definition`, the SQL that creates it, the same on every version of the server; `removal`, the SQL that removes it, null
-- for objects that hold data; `is_ours`, whether it is in genjobs or uses it.
-- The search_path must be pg_catalog, pg_temp, so that every other name is printed with its schema.
with relation as (
    select rel.*, format('%I.%I', space.nspname, rel.relname) as name, space.nspname = 'genjobs' as is_ours
    from pg_catalog.pg_class as rel
    join pg_catalog.pg_namespace as space on space.oid = rel.relnamespace and space.nspname in ('genjobs', 'public')
    where not exists (
        select from pg_catalog.pg_depend as link
        where link.classid = 'pg_catalog.pg_class'::regclass and link.objid = rel.oid and link.deptype = 'e'
    )
),
named_type as (
    select
        typ.oid, typ.typtype, space.nspname = 'genjobs' as is_ours, format('%I.%I', space.nspname, typ.typname) as name,
        format_type(typ.typbasetype, typ.typtypmod) || coalesce(' DEFAULT ' || typ.typdefault, '')
            || case when typ.typnotnull then ' NOT NULL' else '' end as base
    from pg_catalog.pg_type as typ
    join pg_catalog.pg_namespace as space on space.oid = typ.typnamespace and space.nspname in ('genjobs', 'public')
    where not exists (
        select from pg_catalog.pg_depend as link
        where link.classid = 'pg_catalog.pg_type'::regclass and link.objid = typ.oid and link.deptype = 'e'
    )
)
select
    'schema' as kind, 'genjobs' as object, '' as part, 0 as position, 'CREATE SCHEMA genjobs;' as definition,
    null as removal, true as is_ours
where to_regnamespace('genjobs') is not null
union all
select
    'type', named_type.name, '', 0,
    format(
        'CREATE TYPE %s AS ENUM (%s);', named_type.name,
        string_agg(quote_literal(label.enumlabel), ', ' order by label.enumsortorder)
    ),
    format('DROP TYPE %s;', named_type.name), named_type.is_ours
from named_type
join pg_catalog.pg_enum as label on label.enumtypid = named_type.oid
group by named_type.name, named_type.is_ours
union all
select
    'type', relation.name, '', 0,
    format(
        E'CREATE TYPE %s AS (\n%s\n);', relation.name,
        string_agg(
            format('    %I %s', col.attname, format_type(col.atttypid, col.atttypmod)), E',\n' order by col.attnum
        )
    ),
    format('DROP TYPE %s;', relation.name), relation.is_ours
from relation
join pg_catalog.pg_attribute as col on col.attrelid = relation.oid and col.attnum > 0 and not col.attisdropped
where relation.relkind = 'c'
group by relation.name, relation.is_ours
union all
select
    'type', named_type.name, '', 0,
    format(
        'CREATE DOMAIN %s AS %s%s;', named_type.name, named_type.base,
        string_agg(format(' CONSTRAINT %I %s', con.conname, pg_get_constraintdef(con.oid)), '' order by con.conname collate "C")
    ),
    format('DROP DOMAIN %s;', named_type.name), named_type.is_ours
from named_type
left join pg_catalog.pg_constraint as con on con.contypid = named_type.oid and con.contype = 'c'
where named_type.typtype = 'd'
group by named_type.name, named_type.base, named_type.is_ours
union all
select
    'sequence', relation.name, '', 0,
    format(
        'CREATE SEQUENCE %s AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s;', relation.name,
        format_type(seq.seqtypid, null), seq.seqincrement, seq.seqmin, seq.seqmax, seq.seqstart, seq.seqcache,
        case when seq.seqcycle then ' CYCLE' end
    ),
    null, relation.is_ours
from relation
join pg_catalog.pg_sequence as seq on seq.seqrelid = relation.oid
where not exists (
    select from pg_catalog.pg_depend as link
    where link.classid = 'pg_catalog.pg_class'::regclass and link.objid = relation.oid and link.deptype = 'i'
)
union all
select
    'table', name, '', 0, format('CREATE%s TABLE %s', case relpersistence when 'u' then ' UNLOGGED' end, name), null, is_ours
from relation
where relkind = 'r'
union all
select
    'column', relation.name, quote_ident(col.attname), col.attnum,
    format_type(col.atttypid, col.atttypmod)
        || case when col.attcollation <> typ.typcollation then ' COLLATE ' || col.attcollation::regcollation else '' end
        || case
            when col.attidentity = 'a' then ' GENERATED ALWAYS AS IDENTITY'
            when col.attidentity = 'd' then ' GENERATED BY DEFAULT AS IDENTITY'
            when col.attgenerated = 's' then format(' GENERATED ALWAYS AS (%s) STORED', given.expression)
            when col.attgenerated = 'v' then format(' GENERATED ALWAYS AS (%s) VIRTUAL', given.expression)
            else coalesce(' DEFAULT ' || given.expression, '')
        end
        || case when col.attnotnull then ' NOT NULL' else '' end,
    null, relation.is_ours
from relation
join pg_catalog.pg_attribute as col on col.attrelid = relation.oid and col.attnum > 0 and not col.attisdropped
join pg_catalog.pg_type as typ on typ.oid = col.atttypid
left join pg_catalog.pg_attrdef as def on def.adrelid = col.attrelid and def.adnum = col.attnum
cross join lateral (
    select regexp_replace(pg_get_expr(def.adbin, def.adrelid), '\s*\n\s*', ' ', 'g') as expression
) as given
where relation.relkind = 'r'
union all
select
    'storage', relation.name, '', 0,
    format('ALTER TABLE %s SET (%s);', relation.name, string_agg(given.setting, ', ' order by given.setting collate "C")),
    format('ALTER TABLE %s RESET (%s);', relation.name, string_agg(split_part(given.setting, '=', 1), ', ')), relation.is_ours
from relation
cross join lateral unnest(relation.reloptions) as given (setting)
where relation.relkind = 'r'
group by relation.name, relation.is_ours
union all
select
    'statistics', relation.name, quote_ident(col.attname), col.attnum,
    format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s;', relation.name, col.attname, col.attstattarget),
    format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS -1;', relation.name, col.attname), relation.is_ours
from relation
join pg_catalog.pg_attribute as col on col.attrelid = relation.oid and col.attnum > 0 and not col.attisdropped
where relation.relkind = 'r' and col.attstattarget >= 0
union all
-- Before PostgreSQL 16, a query of one table is printed with its name before each column.
select
    'view', relation.name, '', 0,
    format(
        E'CREATE OR REPLACE VIEW %s%s AS\n%s', relation.name,
        (
            select format(' WITH (%s)', string_agg(setting, ', ' order by setting collate "C"))
            from unnest(relation.reloptions) as setting
            having count(*) > 0
        ),
        case
            when query.text ~ '\mFROM\M.*\m(FROM|JOIN)\M' then query.text
            else regexp_replace(query.text, format('\m%s\.', substring(query.text from '\mFROM \S+ (\w+)')), '', 'g')
        end
    ),
    format('DROP VIEW %s;', relation.name), relation.is_ours
from relation
cross join lateral (select pg_get_viewdef(relation.oid) as text) as query
where relation.relkind = 'v'
union all
select
    'comment', relation.name, coalesce(quote_ident(col.attname), ''), coalesce(col.attnum, 0),
    format('COMMENT ON %s IS %L;', given.phrase, said.description), format('COMMENT ON %s IS NULL;', given.phrase),
    relation.is_ours
from relation
join pg_catalog.pg_description as said
    on said.classoid = 'pg_catalog.pg_class'::regclass and said.objoid = relation.oid
left join pg_catalog.pg_attribute as col on col.attrelid = relation.oid and col.attnum = said.objsubid and said.objsubid > 0
cross join lateral (
    select case
        when col.attname is not null then format('COLUMN %s.%I', relation.name, col.attname)
        when relation.relkind = 'v' then 'VIEW ' || relation.name
        else 'TABLE ' || relation.name
    end as phrase
) as given
where relation.relkind in ('r', 'v')
$$;

create or replace function genjobs.list_parts()
returns table (
    kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean
)
language sql
stable
security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $$
-- What belongs to the tables of genjobs and public: constraints, indexes, row-level security, policies, triggers, rules;
-- and every trigger elsewhere that runs a function of genjobs. Columns as in tables.sql.
with relation as (
    select rel.*, format('%I.%I', space.nspname, rel.relname) as name, space.nspname = 'genjobs' as is_ours
    from pg_catalog.pg_class as rel
    join pg_catalog.pg_namespace as space on space.oid = rel.relnamespace and space.nspname in ('genjobs', 'public')
    where rel.relkind in ('r', 'v')
        and not exists (
            select from pg_catalog.pg_depend as link
            where link.classid = 'pg_catalog.pg_class'::regclass and link.objid = rel.oid and link.deptype = 'e'
        )
)
select
    'constraint' as kind, relation.name as object, quote_ident(con.conname) as part, 0 as position,
    format(E'ALTER TABLE %s\n    ADD CONSTRAINT %I %s;', relation.name, con.conname, pg_get_constraintdef(con.oid))
        || case
            when exists (
                select from pg_catalog.pg_trigger as trg where trg.tgconstraint = con.oid and trg.tgenabled <> 'O'
            )
            then E'\n-- Its triggers are disabled.'
            else ''
        end as definition,
    format('ALTER TABLE %s DROP CONSTRAINT %I;', relation.name, con.conname) as removal,
    relation.is_ours
from relation
join pg_catalog.pg_constraint as con on con.conrelid = relation.oid
where con.contype in ('p', 'u', 'f', 'c', 'x')
union all
select
    'index', relation.name, quote_ident(rel.relname), 0,
    pg_get_indexdef(idx.indexrelid) || ';'
        || case when idx.indisvalid and idx.indisready then '' else E'\n-- It is not valid.' end,
    format('DROP INDEX %I.%I;', space.nspname, rel.relname), relation.is_ours
from relation
join pg_catalog.pg_index as idx on idx.indrelid = relation.oid
join pg_catalog.pg_class as rel on rel.oid = idx.indexrelid
join pg_catalog.pg_namespace as space on space.oid = rel.relnamespace
where not exists (
    select from pg_catalog.pg_constraint as con where con.conindid = idx.indexrelid and con.contype in ('p', 'u', 'x')
)
union all
select
    'row security', name, '', 0,
    format(
        'ALTER TABLE %s %s ROW LEVEL SECURITY, %s ROW LEVEL SECURITY;', name,
        case when relrowsecurity then 'ENABLE' else 'DISABLE' end,
        case when relforcerowsecurity then 'FORCE' else 'NO FORCE' end
    ),
    null, is_ours
from relation
where relkind = 'r'
union all
select
    'policy', relation.name, quote_ident(pol.polname), 0,
    format(
        E'CREATE POLICY %I ON %s\n    AS %s FOR %s TO %s%s%s;', pol.polname, relation.name,
        case when pol.polpermissive then 'PERMISSIVE' else 'RESTRICTIVE' end,
        case pol.polcmd
            when 'r' then 'SELECT' when 'a' then 'INSERT' when 'w' then 'UPDATE' when 'd' then 'DELETE' else 'ALL'
        end,
        (
            select string_agg(coalesce(quote_ident(role.rolname), 'PUBLIC'), ', ' order by role.rolname collate "C")
            from unnest(pol.polroles) as given (member)
            left join pg_catalog.pg_roles as role on role.oid = given.member
        ),
        E'\n    USING (' || pg_get_expr(pol.polqual, pol.polrelid) || ')',
        E'\n    WITH CHECK (' || pg_get_expr(pol.polwithcheck, pol.polrelid) || ')'
    ),
    format('DROP POLICY %I ON %s;', pol.polname, relation.name), relation.is_ours
from relation
join pg_catalog.pg_policy as pol on pol.polrelid = relation.oid
union all
select
    'trigger', format('%I.%I', space.nspname, rel.relname), quote_ident(trg.tgname), 0,
    regexp_replace(
        regexp_replace(pg_get_triggerdef(trg.oid), '^CREATE TRIGGER', 'CREATE OR REPLACE TRIGGER'),
        '^(.*?) (FOR EACH .*) (EXECUTE FUNCTION .*)$', E'\\1\n    \\2\n    \\3;'
    )
        || case trg.tgenabled
            when 'O' then ''
            else format(
                E'\nALTER TABLE %I.%I %s TRIGGER %I;', space.nspname, rel.relname,
                case trg.tgenabled when 'D' then 'DISABLE' when 'A' then 'ENABLE ALWAYS' else 'ENABLE REPLICA' end,
                trg.tgname
            )
        end,
    format('DROP TRIGGER %I ON %I.%I;', trg.tgname, space.nspname, rel.relname),
    fn.pronamespace is not distinct from to_regnamespace('genjobs')
from pg_catalog.pg_trigger as trg
join pg_catalog.pg_class as rel on rel.oid = trg.tgrelid
join pg_catalog.pg_namespace as space on space.oid = rel.relnamespace
join pg_catalog.pg_proc as fn on fn.oid = trg.tgfoid
where not trg.tgisinternal
    and (rel.oid in (select oid from relation) or fn.pronamespace = to_regnamespace('genjobs'))
union all
select
    'rule', relation.name, quote_ident(rule.rulename), 0, pg_get_ruledef(rule.oid),
    format('DROP RULE %I ON %s;', rule.rulename, relation.name), relation.is_ours
from relation
join pg_catalog.pg_rewrite as rule on rule.ev_class = relation.oid
where rule.rulename <> '_RETURN'
$$;

revoke all on function
    genjobs.list_tables(),
    genjobs.list_parts()
    from public, anon, authenticated, service_role;
grant execute on function
    genjobs.list_tables(),
    genjobs.list_parts()
    to authenticated, service_role;

insert into genjobs.schema_versions (version) values ('20261127132800') on conflict do nothing;
