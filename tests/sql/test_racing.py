"""Many workers at the same instant: one of them moves the job."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import psycopg
import pytest

from tests.clusters import Database
from tests.sql.people import acting, introduce, refusal
from tests.sql.schema import bring_back

CALLERS = 64


def race(database: Database, role: str, user: str, job: str, wanted: list[str]) -> Counter[bool]:
    """Each caller, on a connection of its own, asks for one of `wanted` at the same moment."""
    barrier = Barrier(CALLERS)

    def call(connection: psycopg.Connection, status: str) -> bool:
        with acting(connection, role, user):
            barrier.wait()
            answer = connection.execute(
                "select public.transition_job_status(%s, %s)", [job, status]
            ).fetchone()
        assert answer
        return bool(answer[0])

    with ExitStack() as open_connections, ThreadPoolExecutor(CALLERS) as pool:
        connections = list(pool.map(lambda _: database.connect(), range(CALLERS)))
        for connection in connections:
            open_connections.enter_context(connection)
        statuses = [wanted[number % len(wanted)] for number in range(CALLERS)]
        return Counter(pool.map(call, connections, statuses))


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
@pytest.mark.parametrize(
    ("start", "wanted"), [("queued", ["running"]), ("running", ["succeeded", "failed"])], ids=["start", "end"]
)
def test_of_64_callers_one_wins(database: Database, role: str, start: str, wanted: list[str]) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        assert race(database, role, ana.id, ana.jobs[start], wanted) == {True: 1, False: CALLERS - 1}
        found = owner.execute(
            "select status from public.generation_jobs where id = %s", [ana.jobs[start]]
        ).fetchone()
    assert found
    assert found[0] in wanted


def test_the_older_edition_lets_many_win(database: Database) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        bring_back(owner, "functions")
        assert race(database, "authenticated", ana.id, ana.jobs["queued"], ["running"])[True] > 1


def test_two_plain_updates_cannot_both_move(database: Database) -> None:
    """The second waits for the first, then meets the row as the first left it."""
    with database.connect() as owner, database.connect() as first, database.connect() as second:
        ana = introduce(owner).ana
        job = ana.jobs["running"]
        finish = "update public.generation_jobs set status = %s where id = %s"
        with ThreadPoolExecutor(1) as pool:
            with acting(first, "authenticated", ana.id):
                first.execute(finish, ["succeeded", job])
                late = pool.submit(_finish_late, second, ana.id, job)
                while not is_waiting(owner, second):
                    pass
            with refusal("PT409"):
                late.result()
        assert owner.execute("select status from public.generation_jobs where id = %s", [job]).fetchone() == (
            "succeeded",
        )


def _finish_late(connection: psycopg.Connection, user: str, job: str) -> None:
    with acting(connection, "authenticated", user):
        connection.execute("update public.generation_jobs set status = 'failed' where id = %s", [job])


def is_waiting(observer: psycopg.Connection, waiting: psycopg.Connection) -> bool:
    query = "select from pg_locks where pid = %s and not granted"
    return observer.execute(query, [waiting.info.backend_pid]).rowcount > 0
