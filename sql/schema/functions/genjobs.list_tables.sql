-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.list_tables()
CREATE OR REPLACE FUNCTION genjobs.list_tables()
 RETURNS TABLE(kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
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
$function$;

-- grants of genjobs.list_tables()
REVOKE ALL ON FUNCTION genjobs.list_tables() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.list_tables() TO authenticated, service_role;
