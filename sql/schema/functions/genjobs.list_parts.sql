-- Written by `genjobs schema` from what sql/migrations makes. Change the migrations, not this file.

-- function genjobs.list_parts()
CREATE OR REPLACE FUNCTION genjobs.list_parts()
 RETURNS TABLE(kind text, object text, part text, "position" integer, definition text, removal text, is_ours boolean)
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET jit TO 'off'
AS $function$
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
$function$;

-- grants of genjobs.list_parts()
REVOKE ALL ON FUNCTION genjobs.list_parts() FROM PUBLIC, anon, authenticated, service_role;
GRANT EXECUTE ON FUNCTION genjobs.list_parts() TO authenticated, service_role;
