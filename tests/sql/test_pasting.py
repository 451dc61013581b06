"""Each file can be pasted into the SQL editor any number of times, whatever the database holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from genjobs import migrations
from tests.clusters import BLANK, BLANK_WITH_GRANTS, Cluster, Database
from tests.sql.people import introduce
from tests.sql.schema import bring_back, paste, paste_all, rows, snapshot

FILES = [migration.path for migration in migrations.available()]


@pytest.fixture
def empty(empty_database: Database) -> Iterator[psycopg.Connection]:
    with empty_database.connect() as connection:
        yield connection


@pytest.fixture
def built(owner: psycopg.Connection) -> list[str]:
    """What `genjobs migrate` builds on an empty project."""
    return snapshot(owner)


def test_pasting_builds_what_the_command_builds(empty: psycopg.Connection, built: list[str]) -> None:
    paste_all(empty)
    assert snapshot(empty) == built


def test_each_file_can_be_pasted_twice_on_its_way(empty: psycopg.Connection, built: list[str]) -> None:
    for file in FILES:
        paste(empty, file, file)
    assert snapshot(empty) == built


def test_pasted_again_in_any_order_they_change_nothing(owner: psycopg.Connection, built: list[str]) -> None:
    introduce(owner)
    before = rows(owner)
    paste(owner, *reversed(FILES))
    assert snapshot(owner) == built
    assert rows(owner) == before


def test_no_two_files_make_the_same_function_or_trigger() -> None:
    made = re.compile(r"^\s*create (?:or replace )?(function|trigger) (\S+?)(?:\(|$)", re.MULTILINE)
    found = Counter(found for file in FILES for found in made.findall(file.read_text()))
    assert [one for one, number in found.items() if number > 1] == []
    assert len(found) == sum(key.kind in ("function", "trigger") for key in migrations.expected_schema()) - 2


def test_default_grants_make_no_difference(server: Cluster, built: list[str]) -> None:
    with server.copy_of(BLANK_WITH_GRANTS) as given, given.connect() as connection:
        connection.execute("create table public.canary (id int)")
        assert connection.execute(
            "select has_table_privilege('anon', 'public.canary', 'truncate')"
        ).fetchone() == (True,)
        connection.execute("drop table public.canary")
        paste_all(connection)
        assert snapshot(connection) == built


def test_the_older_edition_becomes_the_same_schema(empty: psycopg.Connection, built: list[str]) -> None:
    for part in ("tables", "functions", "view", "rows"):
        bring_back(empty, part)
    before = rows(empty)
    paste_all(empty)
    assert snapshot(empty) == built
    assert rows(empty) == before


@pytest.mark.parametrize("template", [BLANK, BLANK_WITH_GRANTS])
def test_hardening_alone_mends_the_older_edition(server: Cluster, built: list[str], template: str) -> None:
    """Where the CLI's history says that the first three files are applied, only the later ones come."""
    with server.copy_of(template) as given, given.connect() as connection:
        for part in ("tables", "functions", "view", "rows"):
            bring_back(connection, part)
        paste(connection, *FILES[3:])
        assert snapshot(connection) == built


@pytest.mark.parametrize("table", ["projects", "assets", "generation_jobs"])
def test_row_level_security_that_is_off_goes_on(
    owner: psycopg.Connection, built: list[str], table: str
) -> None:
    owner.execute(f"alter table public.{table} disable row level security".encode())
    paste_all(owner)
    assert snapshot(owner) == built


def test_missing_indexes_come_back(owner: psycopg.Connection, built: list[str]) -> None:
    gone = [
        name
        for (name,) in owner.execute(
            "select indexname from pg_indexes where schemaname = 'public' and indexname ~ '^idx_'"
        )
    ]
    assert len(gone) == 16
    owner.execute(f"drop index {', '.join(f'public.{name}' for name in gone)}".encode())
    paste_all(owner)
    assert snapshot(owner) == built


@pytest.mark.parametrize("table", ["projects", "assets", "generation_jobs"])
def test_a_missing_updated_at_trigger_comes_back(
    owner: psycopg.Connection, built: list[str], table: str
) -> None:
    owner.execute(f"drop trigger update_{table}_updated_at on public.{table}".encode())
    paste_all(owner)
    assert snapshot(owner) == built


def test_an_updated_at_trigger_by_another_name_is_enough(owner: psycopg.Connection) -> None:
    owner.execute("alter trigger update_assets_updated_at on public.assets rename to touch")
    before = snapshot(owner)
    paste_all(owner)
    assert snapshot(owner) == before


def test_the_first_three_files_alone_are_safe_and_pasteable(empty: psycopg.Connection) -> None:
    """Who follows the guide may paste these only: nobody reaches the rows of others."""
    paste(empty, *FILES[:3])
    introduce(empty)
    before = rows(empty)
    paste(empty, *FILES[:3])
    assert rows(empty) == before
    weak = empty.execute(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and (prosecdef or proconfig is null or has_function_privilege('anon', oid, 'execute'))"
        " union all select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and (relkind = 'v' and reloptions is distinct from array['security_invoker=true']"
        " or relkind = 'r' and not relrowsecurity"
        " or relkind in ('r', 'v') and has_table_privilege('anon', oid, 'select'))"
    ).fetchall()
    assert weak == []


def test_the_first_three_files_make_tables_indexes_and_policies_alone(empty: psycopg.Connection) -> None:
    paste(empty, *FILES[:3])
    made = empty.execute(
        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind <> 'i'"
        " union all select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " union all select tgname from pg_trigger"
        " where not tgisinternal and tgrelid <> 'auth.users'::regclass"
        " order by 1"
    ).fetchall()
    assert made == [("assets",), ("generation_jobs",), ("projects",)]


def test_a_table_that_was_dropped_comes_back_whole(owner: psycopg.Connection, built: list[str]) -> None:
    """The guide's fix: drop the table with cascade, and paste the files again."""
    owner.execute("drop table if exists public.generation_jobs cascade")
    paste_all(owner)
    assert snapshot(owner) == built


def test_policies_of_ones_own_making_stay(owner: psycopg.Connection) -> None:
    owner.execute(
        "create policy auditors on public.generation_jobs for select to service_role"
        " using (status = 'failed' and (select auth.uid()) = user_id)"
    )
    before = snapshot(owner)
    paste_all(owner)
    assert snapshot(owner) == before
