"""What is taken away or changed comes back by `genjobs migrate --repair`, and no row goes."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations import catalogue
from genjobs.migrations.repair import Left
from genjobs.migrations.repair.plan import Plan
from genjobs.migrations.repair.steps import temporary_name
from genjobs.migrations.schema import Difference, Key, Kind, compare
from tests.clusters import MIGRATED, Cluster, Database
from tests.sql.damages import damages
from tests.sql.people import introduce
from tests.sql.schema import rows, snapshot

EXPECTED = migrations.expected_schema()
DAMAGES = list(damages(EXPECTED))
OUR_TABLES = [key.object for key in EXPECTED if key.kind == "table"]


@pytest.fixture(scope="module")
def house(server: Cluster) -> Iterator[Database]:
    """A database with people's rows, damaged and repaired by one test after the other."""
    with server.copy_of(MIGRATED) as made:
        with made.connect() as connection:
            introduce(connection)
        yield made


def damage(database: Database, *statements: str) -> None:
    with psycopg.connect(database.admin_dsn) as admin:
        for statement in statements:
            admin.execute(statement.encode())


def differences(database: Database) -> list[Difference]:
    with database.connect() as connection:
        return compare(EXPECTED, catalogue.read(connection))


def repaired(database: Database) -> list[Left]:
    """What a repair by the owner of the tables leaves."""
    return migrations.repair(database.postgres_dsn)


def everything(database: Database) -> tuple[list[str], list[str]]:
    with database.connect() as connection:
        return snapshot(connection), rows(connection)


@pytest.mark.parametrize("batch", sorted({one.batch for one in DAMAGES}))
def test_each_comes_back(house: Database, batch: str) -> None:
    before = everything(house)
    damage(house, *(one.sql for one in DAMAGES if one.batch == batch))
    assert differences(house)

    assert repaired(house) == []

    assert differences(house) == []
    assert everything(house) == before


@pytest.mark.parametrize("table", OUR_TABLES)
def test_a_table_that_was_dropped_comes_back(cluster: Cluster, table: str) -> None:
    """Its rows are gone with it; what the migrations put into it is there again."""
    with cluster.copy_of(MIGRATED) as house:
        before, counts = everything(house)[0], filled(house)
        damage(house, f"drop table {table} cascade")

        assert repaired(house) == []

        assert differences(house) == []
        assert everything(house)[0] == before
        assert filled(house) == counts


def filled(database: Database) -> dict[str, int]:
    """How many rows each table of ours has."""
    with database.connect() as connection:
        counts = {
            table: connection.execute(f"select count(*) from {table}".encode()).fetchone()
            for table in OUR_TABLES
        }
    return {table: count[0] for table, count in counts.items() if count}


def test_a_table_of_peoples_comes_back_around_the_rows_of_the_others(house: Database) -> None:
    damage(house, "drop table public.budgets cascade", "drop view public.generation_job_summary")
    before = everything(house)[1]
    assert repaired(house) == []
    assert differences(house) == []
    assert everything(house)[1] == before


COLUMNS = {
    "alter table public.generation_jobs alter column mode drop not null": "mode",
    "alter table public.generation_jobs alter column cost_cents type bigint": "cost_cents",
    "alter table public.generation_jobs alter column error type varchar(400)": "error",
    "alter table public.generation_jobs alter column error set not null": "error",
    "alter table public.generation_jobs alter column updated_at drop default": "updated_at",
}


@pytest.mark.parametrize("change", COLUMNS)
def test_a_column_is_brought_back_with_what_it_holds(house: Database, change: str) -> None:
    """The view and the triggers that read it are there all the while, as far as others can see."""
    before = everything(house)
    found = [
        (key, text)
        for key, text in EXPECTED.items()
        if key.kind in ("trigger", "view") and "public.generation_job" in text
    ]
    reading = sorted(found, key=lambda one: one[0].kind != "view")
    damage(
        house,
        "set session_replication_role = replica",
        "update public.generation_jobs set error = 'none' where error is null",
        *(f"drop {key.kind} {key.part} on {key.object}" for key, _ in reading if key.part),
        "drop view public.generation_job_summary",
        change,
        *(text for _, text in reading),
        "alter view public.generation_job_summary owner to postgres",
        "grant select on public.generation_job_summary to authenticated, service_role",
    )
    column = Key("column", "public.generation_jobs", COLUMNS[change])
    assert [one.key for one in differences(house) if one.key.kind == "column"] == [column]

    assert repaired(house) == []

    assert differences(house) == []
    damage(house, "set session_replication_role = replica", "update public.generation_jobs set error = null")
    assert everything(house) == before


def test_rows_that_break_a_rule_are_told_and_stay(house: Database) -> None:
    before = everything(house)[1]
    rule = Key("constraint", "public.generation_jobs", "generation_jobs_status_check")
    break_it = "update public.generation_jobs set status = 'lost' where status = 'failed'"
    replica = "set session_replication_role = replica"
    damage(house, f"alter table {rule.object} drop constraint {rule.part}", replica, break_it)

    [left] = repaired(house)

    assert left.difference.key == rule
    assert "Rows violate it" in left.reason
    assert [one.key for one in differences(house)] == [rule]
    damage(house, replica, "update public.generation_jobs set status = 'failed' where status = 'lost'")
    assert repaired(house) == []
    assert everything(house)[1] == before


def test_what_is_there_by_another_name_is_renamed_and_not_built_again(house: Database) -> None:
    damage(
        house,
        "alter index public.idx_generation_jobs_status rename to other_index",
        "alter table public.projects rename constraint projects_user_id_fkey to other_key",
        "alter trigger refuse_move on public.generation_jobs rename to other_trigger",
        'alter policy "Users can view own budgets" on public.budgets rename to "other policy"',
    )
    with house.connect() as connection:
        [old] = connection.execute("select 'public.other_index'::regclass::oid").fetchall()
        assert repaired(house) == []
        [new] = connection.execute("select 'public.idx_generation_jobs_status'::regclass::oid").fetchall()
    assert old == new
    assert differences(house) == []


def test_an_index_whose_building_was_broken_off_is_built_anew(house: Database) -> None:
    key = Key("index", "public.generation_jobs", "idx_generation_jobs_status")
    half = f"create index {temporary_name(key)} on public.generation_jobs (mode)"
    damage(house, "drop index public.idx_generation_jobs_status", half)
    assert repaired(house) == []
    assert differences(house) == []


def test_indexes_are_built_beside_writers() -> None:
    plan = Plan(EXPECTED, {})
    keys = [key for key, text in EXPECTED.items() if key.kind == "index" or " UNIQUE" in text]
    keys += [key for key, text in EXPECTED.items() if "PRIMARY KEY" in text]
    for key in keys:
        _, build, use = plan.steps(Difference(key, Kind.MISSING, True, EXPECTED[key], None))
        assert "INDEX CONCURRENTLY" in build.statements[0]
        assert not build.together
        assert use.together
