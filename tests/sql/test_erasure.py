"""Who is deleted leaves nothing, also in the very moment in which their older jobs are taken in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.clusters import Database
from tests.local.waiting import until
from tests.sql.functions import without
from tests.sql.people import add_job, introduce

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
                lambda: gone.done() or filler.execute(WAITING).rowcount > 0,
                "the person is deleted or waits for it",
            )
            assert gone.done() is not locked
        gone.result()
        assert left_of(filler, ana.id) == (0 if locked else 1)
