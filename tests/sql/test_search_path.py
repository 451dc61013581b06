"""Functions look names up in pg_catalog first: a caller's temporary type or table never stands in."""

from __future__ import annotations

import re

import psycopg
import pytest

from genjobs import migrations
from genjobs.setup.checks import checks
from genjobs.setup.facts import SetupFacts
from tests.sql.people import Cast, acting
from tests.sql.schema import paste_all

OTHERS = """
    select fn.oid::regprocedure::text
    from pg_proc as fn
    where fn.pronamespace in ('public'::regnamespace, 'genjobs'::regnamespace)
        and proconfig @> array['search_path=pg_catalog, pg_temp'] is not true
        and not exists (select from pg_depend where objid = fn.oid and deptype = 'e')
"""
VERSIONS = [migration.version for migration in migrations.available()]
ATTACK = """
    create function pg_temp.attack() returns boolean language plpgsql as
    $$ begin raise exception using errcode = 'GJ666', message = current_user; end $$;
"""
# A type that get_top_costs uses on its way, and what the domain of its name stands on.
DOMAINS = {"uuid": "pg_catalog.uuid", "date": "pg_catalog.date", "timestamptz": "pg_catalog.timestamptz"}
STRING_OR_COMMENT = re.compile(r"--[^\n]*|'(?:[^']|'')*'")


def others(connection: psycopg.Connection) -> list[str]:
    return [name for (name,) in connection.execute(OTHERS.encode())]


def troubles(connection: psycopg.Connection) -> str:
    """What the Setup page and `genjobs verify` say of the functions; empty when all is well."""
    row = connection.execute("select public.get_console_setup()").fetchone()
    assert row
    found = checks(SetupFacts.from_row(row[0]), VERSIONS)
    return "".join(check.found for check in found if check.name == "Rights of the functions" and not check.ok)


def test_every_function_has_the_same_search_path(owner: psycopg.Connection) -> None:
    assert others(owner) == []
    owner.execute("alter function genjobs.fold set search_path = ''")
    assert others(owner) == ["genjobs.fold(integer,integer,boolean)"]


def test_every_function_of_public_is_known_as_ours(owner: psycopg.Connection) -> None:
    """So that Setup looks at it."""
    unknown = (
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and oid not in (select genjobs.own_functions())"
    )
    found = owner.execute(unknown.encode()).fetchall()
    assert found == [], "add them to genjobs.own_functions() in ..132700_console_setup.sql"
    owner.execute("create function public.forgotten() returns int language sql as 'select 1'")
    assert owner.execute(unknown.encode()).fetchall() == [("forgotten",)]


@pytest.mark.parametrize(
    "function", ["genjobs.key_label", "public.get_console_setup", "genjobs.spent_before"]
)
@pytest.mark.parametrize("path", ["set search_path = ''", "reset search_path"])
def test_another_search_path_is_named_until_the_files_are_pasted_again(
    owner: psycopg.Connection, function: str, path: str
) -> None:
    assert troubles(owner) == ""
    owner.execute(f"alter function {function} {path}".encode())
    told = troubles(owner)
    assert function.removeprefix("public.") in told
    assert "paste the migrations again" in told
    paste_all(owner)
    assert (troubles(owner), others(owner)) == ("", [])


def test_pasting_leaves_functions_of_other_peoples_making_alone(owner: psycopg.Connection) -> None:
    owner.execute(
        "create function public.theirs() returns int language sql set search_path = '' as 'select 1'"
    )
    paste_all(owner)
    assert others(owner) == ["theirs()"]


def call_with_a_planted_type(connection: psycopg.Connection, cast: Cast, name: str) -> None:
    """As Ana, who has SQL: a temporary domain whose check calls a function of hers; then get_top_costs."""
    with acting(connection, "authenticated", cast.ana.id):
        connection.execute(ATTACK.encode())
        connection.execute(
            f"create domain pg_temp.{name} as {DOMAINS[name]} check (pg_temp.attack())".encode()
        )
        connection.execute("select public.get_top_costs(now() - interval '40 days', now(), 'project')")
        connection.execute(f"drop domain pg_temp.{name}; drop function pg_temp.attack".encode())


@pytest.mark.parametrize("name", DOMAINS)
def test_a_planted_type_runs_nothing_as_the_owner(owner: psycopg.Connection, cast: Cast, name: str) -> None:
    call_with_a_planted_type(owner, cast, name)
    for (function,) in owner.execute(
        "select oid::regprocedure::text from pg_proc where oid in (select genjobs.own_functions())"
    ).fetchall():
        owner.execute(f"alter function {function} set search_path = ''".encode())
    with pytest.raises(psycopg.Error) as met:
        call_with_a_planted_type(owner, cast, name)
    assert (met.value.sqlstate, met.value.diag.message_primary) == ("GJ666", "postgres")


def names(connection: psycopg.Connection, catalogue: str, name: str, schema: str) -> str:
    """The names in our schemas, Supabase's and nobody else's, as alternatives of a pattern."""
    found = connection.execute(
        f"select distinct {name} from {catalogue}"
        f" where {schema}::regnamespace::text in ('public', 'genjobs', 'auth', 'extensions')".encode()
    )
    return "|".join(sorted(line for (line,) in found))


def unqualified(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """(function, name) for each table, type or function of ours that a body names without its schema."""
    table = names(connection, "pg_class", "relname", "relnamespace")
    function = names(connection, "pg_proc", "proname", "pronamespace")
    pattern = re.compile(
        rf"\b(?:from|join|into|update|using|truncate|table)\s+(?:only\s+)?({table})\b(?!\s*\()"
        rf"|(?<![\w.])(?<!\bas )({function})\s*\("
        rf"|(?:::|^\s*\w+\s+(?:constant\s+)?)({table})\s*(?:\[\])?\s*(?:;|:=)",
        re.MULTILINE,
    )
    bodies = connection.execute(
        "select oid::regprocedure::text, prosrc from pg_proc where oid in (select genjobs.own_functions())"
    ).fetchall()
    return {
        (name, next(filter(None, found)))
        for name, body in bodies
        for found in pattern.findall(STRING_OR_COMMENT.sub("''", body))
    }


def test_bodies_say_the_schema_of_every_name_that_is_not_postgresqls(owner: psycopg.Connection) -> None:
    """Names that no schema has are found by PostgreSQL, in PL/pgSQL not before it runs."""
    assert unqualified(owner) == set()
    for number, body in enumerate(
        [
            "declare\n    x budgets;\nbegin end",
            "begin perform from budgets; end",
            "begin update budgets set monthly_cents = 1; end",
            "begin perform dollars(1); end",
        ]
    ):
        owner.execute(
            f"create function genjobs.careless_{number}() returns void language plpgsql as '{body}'".encode()
        )
    assert {name.partition("(")[0] for name, _ in unqualified(owner)} == {
        f"genjobs.careless_{number}" for number in range(4)
    }
