"""Inserts for a person with a hard budget take turns, so that together they never exceed it."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from tests.clusters import Database
from tests.local.waiting import until
from tests.sql.functions import without
from tests.sql.people import acting, add_project, introduce, refusal
from tests.sql.test_limits import INSERT, LIMIT, WAITING

CALLERS = 16


def test_a_stricter_level_is_refused_where_a_limit_is_hard(database: Database) -> None:
    with database.connect() as connection:
        ana = introduce(connection).ana
        connection.execute(LIMIT, [ana.id, None, 1000])
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with refusal("25000"), connection.transaction():
            connection.execute(INSERT, [ana.id, ana.project, 1])


@pytest.mark.parametrize("locked", [True, False])
def test_many_inserts_at_once_do_not_go_beyond_and_without_the_lock_they_do(
    database: Database, locked: bool
) -> None:
    """Two sessions: while the first's insert is not committed, the second's must wait for it."""
    with database.connect() as first, database.connect() as second, ThreadPoolExecutor(1) as pool:
        ana = introduce(first).ana
        first.execute(LIMIT, [ana.id, None, 510])
        first.execute(INSERT, [ana.id, ana.project, 10])
        if not locked:
            without(first, "genjobs.take_turn", "for no key update")
            first.execute("delete from genjobs.spendings")
        with first.transaction():
            first.execute(INSERT, [ana.id, ana.project, 100])
            waiting = pool.submit(second.execute, INSERT, [ana.id, ana.project, 100])
            if not locked:
                waiting.result()
        if locked:
            with refusal("PT402"):
                waiting.result()
        row = first.execute(
            "select sum(cost_cents) from public.generation_jobs where user_id = %s", [ana.id]
        ).fetchone()
        assert row
        assert row[0] == (510 if locked else 610)


def test_of_many_racing_inserts_as_many_pass_as_fit(database: Database) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        owner.execute(LIMIT, [ana.id, None, 400 + 5 * 30])
    barrier = Barrier(CALLERS)

    def insert(_: int) -> str | None:
        with database.connect() as connection:
            barrier.wait()
            try:
                with acting(connection, "authenticated", ana.id):
                    connection.execute(INSERT, [ana.id, ana.project, 30])
            except psycopg.Error as error:
                return error.sqlstate
            return None

    with ThreadPoolExecutor(CALLERS) as pool:
        ended = Counter(pool.map(insert, range(CALLERS)))
    assert ended == {None: 5, "PT402": CALLERS - 5}


def test_a_limit_that_takes_anothers_place_is_no_gap(database: Database) -> None:
    """Two inserts that wait while one budget is replaced by another still take turns."""
    with (
        database.connect() as owner,
        database.connect() as one,
        database.connect() as other,
        ThreadPoolExecutor(1) as pool,
    ):
        ana = introduce(owner).ana
        owner.execute(LIMIT, [ana.id, None, 1000])
        with one.transaction():
            with owner.transaction():
                owner.execute("delete from public.budgets")
                owner.execute(LIMIT, [ana.id, None, 500])
                one.execute(INSERT, [ana.id, ana.project, 100])
            waiting = pool.submit(other.execute, INSERT, [ana.id, ana.project, 100])
            until(lambda: waiting.done() or owner.execute(WAITING).rowcount > 0, "the other waits")
        with refusal("PT402"):
            waiting.result()


def test_a_limit_made_in_the_midst_of_a_statement_hides_no_older_one(database: Database) -> None:
    """The statement waits for a project that nothing binds yet; when it goes on, that one is bound too."""
    with database.connect() as owner, database.connect() as inserter, ThreadPoolExecutor(1) as pool:
        ana = introduce(owner).ana
        other = add_project(owner, ana.id)
        owner.execute(INSERT, [ana.id, other, 0])
        owner.execute(LIMIT, [ana.id, ana.project, 400])
        both = f"{INSERT}, (%s, %s, 'lifestyle', %s)"
        with owner.transaction():
            owner.execute("select from public.projects where id = %s for update", [other])
            made = pool.submit(inserter.execute, both, [ana.id, other, 0, ana.id, ana.project, 1])
            until(lambda: made.done() or owner.execute(WAITING).rowcount > 0, "the statement waits")
            owner.execute(LIMIT, [ana.id, other, 400])
        with refusal("PT402"):
            made.result()
