"""People reach their own rows and nobody else's: as Ana, on Bob's rows, by every verb."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.people import Cast, Person, acting, refusal

TABLES = ("projects", "assets", "generation_jobs")
INSERTS = {
    "projects": "insert into public.projects (user_id, name) values (%(user)s, 'x')",
    "assets": "insert into public.assets (user_id, project_id, kind, mode, prompt_version, prompt_payload,"
    " storage_path) values (%(user)s, %(project)s, 'input', 'lifestyle', '1', '{}', 'x')",
    "generation_jobs": "insert into public.generation_jobs (user_id, project_id, mode)"
    " values (%(user)s, %(project)s, 'lifestyle')",
}
CHANGES = {"projects": "name", "assets": "storage_path", "generation_jobs": "error"}


def statement(verb: str, table: str) -> bytes:
    """A statement on the rows of %(user)s."""
    texts = {
        "select": f"select id from public.{table} where user_id = %(user)s",
        "insert": INSERTS[table],
        "update": f"update public.{table} set {CHANGES[table]} = 'x' where user_id = %(user)s",
        "update blindly": f"update public.{table} set {CHANGES[table]} = 'x' where true",
        "delete": f"delete from public.{table} where user_id = %(user)s",
        "delete blindly": f"delete from public.{table} where true",
        "take over": f"update public.{table} set user_id = (select auth.uid()) where user_id = %(user)s",
    }
    return texts[verb].encode()


def reached(connection: psycopg.Connection, verb: str, table: str, victim: Person) -> int:
    """How many rows of `victim`'s a statement reaches; the caller's role and claims are set already."""
    return connection.execute(statement(verb, table), {"user": victim.id, "project": victim.project}).rowcount


def rows_of(connection: psycopg.Connection, table: str, person: Person) -> list[str]:
    query = f"select t::text from public.{table} as t where user_id = %s order by 1"
    return [line for (line,) in connection.execute(query.encode(), [person.id])]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["select", "update", "delete", "take over"])
def test_others_rows_are_not_there(owner: psycopg.Connection, cast: Cast, table: str, verb: str) -> None:
    before = rows_of(owner, table, cast.bob)
    with acting(owner, "authenticated", cast.ana.id):
        assert reached(owner, verb, table, cast.bob) == 0
    assert rows_of(owner, table, cast.bob) == before

    owner.execute(f"alter table public.{table} disable row level security, disable trigger user".encode())
    with acting(owner, "authenticated", cast.ana.id):
        assert reached(owner, verb, table, cast.bob) > 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["update blindly", "delete blindly"])
def test_a_write_without_a_filter_stays_at_home(
    owner: psycopg.Connection, cast: Cast, table: str, verb: str
) -> None:
    before = rows_of(owner, table, cast.bob)
    with acting(owner, "authenticated", cast.ana.id):
        assert reached(owner, verb, table, cast.bob) > 0
    assert rows_of(owner, table, cast.bob) == before

    command = verb.split()[0]
    owner.execute(f"create policy open on public.{table} for {command} using (true)".encode())
    with acting(owner, "authenticated", cast.ana.id):
        reached(owner, verb, table, cast.bob)
    assert rows_of(owner, table, cast.bob) != before


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_made_in_anothers_name(owner: psycopg.Connection, cast: Cast, table: str) -> None:
    before = rows_of(owner, table, cast.bob)
    with refusal("42501"), acting(owner, "authenticated", cast.ana.id):
        reached(owner, "insert", table, cast.bob)
    assert rows_of(owner, table, cast.bob) == before

    owner.execute(f"create policy open on public.{table} for insert with check (true)".encode())
    with acting(owner, "authenticated", cast.ana.id):
        assert reached(owner, "insert", table, cast.bob) == 1


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_given_away(owner: psycopg.Connection, cast: Cast, table: str) -> None:
    gift = f"update public.{table} set user_id = %s where user_id = %s".encode()
    with refusal("42501"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(gift, [cast.bob.id, cast.ana.id])


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["select", "insert", "update", "delete"])
def test_own_rows_are_open(owner: psycopg.Connection, cast: Cast, table: str, verb: str) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        assert reached(owner, verb, table, cast.ana) > 0


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["select", "insert", "update", "delete"])
def test_anon_has_no_way_in(owner: psycopg.Connection, cast: Cast, table: str, verb: str) -> None:
    with refusal("42501"), acting(owner, "anon"):
        reached(owner, verb, table, cast.bob)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["select", "insert", "update", "delete"])
def test_the_service_role_reaches_everybody(
    owner: psycopg.Connection, cast: Cast, table: str, verb: str
) -> None:
    with acting(owner, "service_role"):
        assert reached(owner, verb, table, cast.bob) > 0


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
def test_nobody_behind_the_api_truncates_or_hangs_triggers(
    owner: psycopg.Connection, cast: Cast, role: str
) -> None:
    for table in TABLES:
        with refusal("42501"), acting(owner, role, cast.ana.id):
            owner.execute(f"truncate public.{table} cascade".encode())
        with refusal("42501"), acting(owner, role, cast.ana.id):
            owner.execute(f"alter table public.{table} disable trigger all".encode())
