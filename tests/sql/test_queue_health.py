"""The queue's counts, for everyone who is signed in, without anything of anybody's jobs."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.clusters import Database
from tests.sql.people import Cast, acting, introduce, new_id, refusal
from tests.sql.test_attempts import SILENT, fail
from tests.sql.test_job_queue import insert
from tests.sql.workers import claim, finish


def health(connection: psycopg.Connection, role: str = "authenticated") -> dict[str, Any]:
    with acting(connection, role, new_id()):
        cursor = connection.cursor(row_factory=dict_row)
        row = cursor.execute("select * from public.get_generation_queue_health()").fetchone()
    assert row
    return row


def test_what_waits_and_what_is_held_is_counted(owner: psycopg.Connection, cast: Cast) -> None:
    insert(owner, cast.ana)
    owner.execute(
        "update genjobs.job_queue set queued_at = now() - interval '1 hour' where user_id = %s", [cast.bob.id]
    )
    first = health(owner)
    assert (first["waiting"], first["held"], first["workers"], first["delayed"]) == (3, 0, 0, 0)
    assert 3600 <= first["oldest_waiting_seconds"] < 3700
    jobs = claim(owner, 2)
    fail(owner, jobs[0])
    told = health(owner, "service_role")
    assert (told["waiting"], told["held"], told["workers"], told["delayed"]) == (1, 1, 1, 1)


def test_a_worker_that_was_stopped_is_not_lost_one_whose_jobs_were_taken_is(
    owner: psycopg.Connection, cast: Cast
) -> None:
    stopped, lost = new_id(), new_id()
    finish(owner, claim(owner, 1, worker=stopped))
    claim(owner, 5, worker=lost)
    for worker in (stopped, lost):
        owner.execute(SILENT, [worker])
    claim(owner, 1)
    told = health(owner)
    assert (told["lost_workers"], told["workers"]) == (1, 1)


def test_a_transaction_that_stays_open_is_told(database: Database) -> None:
    with database.connect() as other, database.connect() as looking:
        introduce(other)
        with other.transaction():
            other.execute("select txid_current()")
            first = health(looking)["oldest_transaction_seconds"]
            assert 0 < first < health(looking)["oldest_transaction_seconds"]


def test_who_is_not_signed_in_is_told_nothing(owner: psycopg.Connection) -> None:
    with refusal("42501"):
        health(owner, "anon")
