"""A repair waits a second for what others hold, lets them go on, and tries again."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from genjobs import migrations
from genjobs.migrations import catalogue
from genjobs.migrations.repair import Repair
from genjobs.migrations.repair.run import waits
from genjobs.migrations.schema import compare
from tests.clusters import MIGRATED, Cluster, Database

EXPECTED = migrations.expected_schema()
WRITE = "lock table public.generation_jobs in row exclusive mode"


@pytest.fixture
def house(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(MIGRATED) as made:
        with made.connect() as connection:
            connection.execute("drop trigger refuse_move on public.generation_jobs")
            connection.execute("drop trigger refuse_settled on public.generation_jobs")
            connection.execute('drop policy "Users can view own budgets" on public.budgets')
        yield made


def differing(database: Database) -> list[str]:
    with database.connect() as connection:
        return [one.key.part for one in compare(EXPECTED, catalogue.read(connection))]


def test_it_tries_again_until_a_writer_has_ended(house: Database) -> None:
    with house.connect() as writer, house.connect() as connection:
        writer.autocommit = False
        writer.execute(WRITE)
        tries: list[int] = []

        def until_the_writer_ends() -> Iterator[float]:
            yield 0.0
            tries.append(1)
            writer.rollback()
            yield 0.0

        told: list[str] = []
        left = Repair(connection, EXPECTED, told.append, waits=until_the_writer_ends).run()
    assert left == []
    assert tries == [1]
    paused = [step for step in told if step.endswith("hold locks that it needs: trying again in 0.0 s")]
    assert len(paused) == 1
    assert differing(house) == []


def test_what_stays_held_is_told_once_and_the_rest_is_repaired(house: Database) -> None:
    with house.connect() as writer, house.connect() as connection:
        writer.autocommit = False
        writer.execute(WRITE)
        told: list[str] = []
        left = Repair(connection, EXPECTED, told.append, waits=lambda: []).run()
    assert told == ['Repaired policy "Users can view own budgets" of public.budgets']
    assert [one.difference.key.part for one in left] == ["refuse_move", "refuse_settled"]
    assert "Other transactions hold it" in left[0].reason
    assert differing(house) == ["refuse_move", "refuse_settled"]


def test_others_go_on_while_it_waits(house: Database) -> None:
    """A reader that comes after a waiting repair gets its turn within the second."""
    with house.connect() as writer, house.connect() as connection, house.connect() as reader:
        writer.autocommit = False
        writer.execute(WRITE)
        reader.execute("set lock_timeout = '5s'")
        with ThreadPoolExecutor(1) as beside:
            running = beside.submit(Repair(connection, EXPECTED, lambda step: None, waits=lambda: []).run)
            reader.execute("select count(*) from public.generation_jobs")
            writer.rollback()
            running.result()


def test_two_at_once_take_turns(house: Database) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(migrations.repair, [house.postgres_dsn] * 2)) == [[], []]
    assert differing(house) == []


def test_it_leaves_no_lock_and_no_setting_that_holds_up_what_comes_after(house: Database) -> None:
    with house.connect() as connection:
        Repair(connection, EXPECTED, lambda step: None).run()
        held = connection.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone()
    assert held == (0,)


def test_waits_grow_and_are_not_the_same_twice() -> None:
    first, second = list(waits()), list(waits())
    assert first != second
    assert len(first) == 9
    assert 0.05 <= first[0] <= 0.15
    assert 2.5 <= first[-1] <= 7.5


def test_a_role_that_does_not_own_the_tables_is_told(house: Database) -> None:
    with house.connect() as connection:
        connection.execute("set role authenticated")
        left = Repair(connection, EXPECTED, lambda step: None).run()
    assert {one.difference.key.part for one in left} == set(differing(house))
    assert all("owner" in one.reason or "denied" in one.reason for one in left)


def test_an_error_in_the_middle_lets_go_of_the_turn(house: Database) -> None:
    with house.connect() as connection:
        broken = Repair(connection, {**EXPECTED}, lambda step: connection.close())
        with pytest.raises(psycopg.OperationalError):
            broken.run()
    assert migrations.repair(house.postgres_dsn) == []
