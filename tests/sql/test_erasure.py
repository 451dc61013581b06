"""Deleting a user leaves no rows, even while jobs of theirs are being inserted or back-filled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.clusters import Database
from tests.local.waiting import until
from tests.sql.functions import without
from tests.sql.people import add_job, add_project, introduce

LOCK = "for key share"
WAITING = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"


def left_of(connection: psycopg.Connection, user_id: str) -> int:
    return connection.execute(
        "select from public.generation_job_events where user_id = %s", [user_id]
    ).rowcount


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "not locked"])
@pytest.mark.parametrize("road", ["take_in", "back_fill"])
def test_a_person_deleted_while_jobs_are_taken_in_leaves_no_event(
    database: Database, road: str, locked: bool
) -> None:
    with database.connect() as filler, database.connect() as eraser, ThreadPoolExecutor(1) as pool:
        ana = introduce(filler).ana
        with filler.transaction():
            filler.execute("set local genjobs.recording = 'later'")
            job = add_job(filler, ana.id, ana.project)
        if not locked:
            without(filler, f"genjobs.{road}", LOCK)
        filler.execute("select genjobs.restart_back_fill()")
        with filler.transaction():
            if road == "take_in":
                filler.execute("select genjobs.take_in(%s::uuid[])", [[job]])
            else:
                filler.execute("select genjobs.back_fill(1000)")
            gone = pool.submit(eraser.execute, "delete from auth.users where id = %s", [ana.id])
            until(
                lambda: gone.done() or waiting(filler) > 0,
                "the person is deleted or waits for it",
            )
            assert gone.done() is not locked
        gone.result()
        assert left_of(filler, ana.id) == (0 if locked else 1)


@pytest.mark.parametrize("held", [True, False], ids=["held", "not held"])
def test_the_first_job_of_a_project_waits_for_who_deletes_its_user(database: Database, held: bool) -> None:
    """Otherwise the two would deadlock on the project's note and the user's row."""
    with database.connect() as owner:
        ana = introduce(owner).ana
        late = add_project(owner, ana.id)
        if not held:
            without(owner, "genjobs.note_unlimited", LOCK)
        ended = cross(
            database,
            f"select from public.projects where id = '{ana.project}' for key share",
            f"delete from auth.users where id = '{ana.id}'",
            "insert into public.generation_jobs (user_id, project_id, mode)"
            f" values ('{ana.id}', '{late}', 'lifestyle')",
        )
        assert (ended == [None, "23503"]) if held else ("40P01" in ended)


@pytest.mark.parametrize("held", [True, False], ids=["held", "not held"])
def test_a_job_within_a_limit_waits_for_who_deletes_its_user(database: Database, held: bool) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        insertion = (
            "insert into public.generation_jobs (user_id, project_id, mode, cost_cents)"
            f" values ('{ana.id}', '{ana.project}', 'lifestyle', 1)"
        )
        owner.execute(
            "insert into public.budgets (user_id, monthly_cents, is_hard)"
            f" values ('{ana.id}', 1000, true); {insertion}"
        )
        if not held:
            without(owner, "genjobs.take_turn", LOCK)
        ended = cross(
            database,
            f"select from public.projects where id = '{ana.project}' for key share",
            f"delete from auth.users where id = '{ana.id}'",
            insertion,
        )
        assert (ended == [None, "23503"]) if held else ("40P01" in ended)


def test_a_job_within_a_limit_waits_for_who_deletes_its_project(database: Database) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        owner.execute(
            "insert into public.budgets (user_id, project_id, monthly_cents, is_hard)"
            f" values ('{ana.id}', '{ana.project}', 1000, true)"
        )
        ended = cross(
            database,
            f"select from public.generation_jobs where id = '{ana.jobs['queued']}' for update",
            f"delete from public.projects where id = '{ana.project}'",
            "insert into public.generation_jobs (user_id, project_id, mode, cost_cents)"
            f" values ('{ana.id}', '{ana.project}', 'lifestyle', 1)",
        )
        assert ended == [None, "23503"]


def cross(database: Database, stop: str, deletion: str, insertion: str) -> list[str | None]:
    """SQLSTATE of a deletion that `stop` pauses half way, and of an insertion that comes meanwhile."""
    with (
        database.connect() as stopper,
        database.connect() as eraser,
        database.connect() as inserter,
        ThreadPoolExecutor(2) as pool,
    ):
        with stopper.transaction():
            stopper.execute(stop.encode())
            gone = pool.submit(outcome, eraser, deletion)
            until(lambda: waiting(stopper) == 1, "the deletion is held up")
            made = pool.submit(outcome, inserter, insertion)
            until(lambda: waiting(stopper) == 2, "the insertion waits for it")
        return [gone.result(), made.result()]


def outcome(connection: psycopg.Connection, statement: str) -> str | None:
    try:
        connection.execute(statement.encode())
    except psycopg.Error as error:
        return error.sqlstate
    return None


def waiting(connection: psycopg.Connection) -> int:
    return connection.execute(WAITING).rowcount
