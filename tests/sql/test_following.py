"""Attempts, progress, cancelling and retrying: people on their own jobs, service_role on all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, introduce, new_id, refusal
from tests.sql.test_attempts import DUE, attempt, claim_due, fail, next_of
from tests.sql.test_job_queue import flaws, insert
from tests.sql.test_racing import is_waiting
from tests.sql.workers import Job, claim, finish, row

DETAILS = "select * from public.get_generation_job_details(%s)"
TELL = "select lost_job_id::text from public.heartbeat_generation_workers(%s, 60, %s, %s, %s, %s)"


@pytest.fixture
def job(owner: psycopg.Connection, cast: Cast) -> Job:
    """Ana's job, which a worker holds; nobody else has one."""
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    [held] = claim(owner)
    return held


def details(connection: psycopg.Connection, of: Person, *jobs: str) -> list[dict[str, Any]]:
    with acting(connection, "authenticated", of.id):
        return connection.cursor(row_factory=dict_row).execute(DETAILS, [list(jobs)]).fetchall()


def ask(
    connection: psycopg.Connection, of: Person, function: str, job: str, role: str = "authenticated"
) -> Any:
    with acting(connection, role, of.id):
        answer = connection.execute(f"select public.{function}(%s)".encode(), [job]).fetchone()
    assert answer
    return answer[0]


def cancel(connection: psycopg.Connection, of: Person, job: str) -> Any:
    return ask(connection, of, "cancel_generation_job", job)


def again(connection: psycopg.Connection, of: Person, job: str) -> Any:
    return ask(connection, of, "retry_generation_job", job)


def tell(
    connection: psycopg.Connection, job: Job, percent: int | None, message: str | None
) -> list[tuple[str]]:
    with acting(connection, "service_role"):
        return connection.execute(
            TELL, [new_id(), [job["id"]], [job["lease_token"]], [percent], [message]]
        ).fetchall()


def test_cancelling_a_queued_job_makes_two_legal_moves(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    assert cancel(owner, cast.ana, job) is True
    assert row(owner, job) == ("failed", 100, "Cancelled.")
    moves = owner.execute(
        "select old_status, new_status, actor_id::text from public.generation_job_events"
        " where job_id = %s and kind = 'moved' order by id",
        [job],
    ).fetchall()
    assert moves == [("queued", "running", cast.ana.id), ("running", "failed", cast.ana.id)]
    assert attempt(owner, job) == (job, 1, "cancelled", None)
    assert [held["id"] for held in claim(owner)] == [cast.bob.jobs["queued"]]
    assert flaws(owner) == []


def test_cancelling_a_running_job_takes_it_from_its_worker(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    assert cancel(owner, cast.ana, job["id"]) is True
    assert tell(owner, job, None, None) == [(job["id"],)]
    assert finish(owner, [job], cents=7)[0][1] == "lost"
    assert row(owner, job["id"]) == ("failed", 107, "Cancelled.")
    owner.execute(DUE)
    assert claim(owner) == []


def test_a_retry_that_waits_is_cancelled_by_any_id_of_its_chain(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    fail(owner, job)
    second = next_of(owner, job["id"])
    assert cancel(owner, cast.ana, job["id"]) is True
    assert row(owner, second)[0] == "failed"
    assert attempt(owner, second) == (job["id"], 2, "cancelled", None)
    assert claim_due(owner) == []
    assert flaws(owner) == []


@pytest.mark.parametrize("status", ["succeeded", "failed"])
def test_what_has_ended_is_not_cancelled(owner: psycopg.Connection, cast: Cast, status: str) -> None:
    job = cast.ana.jobs[status]
    assert cancel(owner, cast.ana, job) is False
    assert row(owner, job)[0] == status


@pytest.mark.parametrize("question", [cancel, again])
def test_nobody_asks_this_of_others_jobs(owner: psycopg.Connection, cast: Cast, question: Any) -> None:
    for status in ("queued", "running", "failed"):
        job = cast.bob.jobs[status]
        assert not question(owner, cast.ana, job)
        assert row(owner, job)[0] == status
    assert not question(owner, cast.ana, new_id())
    assert details(owner, cast.ana, *cast.bob.jobs.values()) == []
    without(owner, "genjobs.is_callers", "p_user_id = auth.uid()", "true")
    assert question(owner, cast.ana, cast.bob.jobs["failed" if question is again else "queued"])
    assert details(owner, cast.ana, *cast.bob.jobs.values())


def test_who_knows_a_deleted_jobs_id_does_not_get_into_its_chain(
    owner: psycopg.Connection, cast: Cast
) -> None:
    ana, bob = cast.ana, cast.bob
    first = ana.jobs["failed"]
    second = again(owner, ana, first)
    owner.execute("delete from public.generation_jobs where id = %s", [first])
    owner.execute(
        "insert into public.generation_jobs (id, user_id, project_id, mode) values (%s, %s, %s, 'x')",
        [first, bob.id, bob.project],
    )
    cancel(owner, bob, first)
    third = again(owner, bob, first)
    assert third is not None
    assert [told["newest_job_id"] for told in details(owner, bob, first)] == [third]
    assert [told["newest_job_id"] for told in details(owner, ana, str(second))] == [second]
    assert cancel(owner, ana, str(second)) is True


@pytest.mark.parametrize("name", ["cancel_generation_job", "retry_generation_job"])
def test_anon_may_ask_nothing(owner: psycopg.Connection, cast: Cast, name: str) -> None:
    with refusal("42501"):
        ask(owner, cast.ana, name, cast.ana.jobs["queued"], role="anon")


def test_service_role_cancels_anybodys(owner: psycopg.Connection, cast: Cast) -> None:
    assert ask(owner, cast.ana, "cancel_generation_job", cast.bob.jobs["queued"], role="service_role") is True


def test_trying_again_queues_a_linked_job_at_once_however_many_there_were(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    fail(owner, job, final=True)
    second = again(owner, cast.ana, job["id"])
    [held] = claim(owner)
    assert (held["id"], held["attempt"]) == (str(second), 2)
    assert again(owner, cast.ana, job["id"]) is None, "the newest attempt runs"
    fail(owner, held, final=True)
    third = again(owner, cast.ana, job["id"])
    assert attempt(owner, str(third)) == (job["id"], 3, None, None)
    [held] = claim(owner)
    fail(owner, held)
    assert claim_due(owner) == [], "the third attempt was the last that is made by itself"
    fourth = again(owner, cast.ana, job["id"])
    assert attempt(owner, str(fourth)) == (job["id"], 4, None, None)


def test_a_cancelled_job_can_be_tried_again(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    cancel(owner, cast.ana, job)
    second = again(owner, cast.ana, job)
    assert attempt(owner, job) == (job, 1, "cancelled", str(second))


def test_details_tell_the_chain_and_what_was_asked_for(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    fail(owner, job)
    second = next_of(owner, job["id"])
    first, other, newest = details(owner, cast.ana, job["id"], cast.ana.jobs["succeeded"], second)
    assert (str(first["newest_job_id"]), first["newest_status"]) == (second, "queued")
    assert (str(first["retried_as"]), first["ending"], first["attempt"]) == (second, "failed", 1)
    assert (newest["attempt"], newest["attempts_allowed"], newest["ending"]) == (2, 3, None)
    assert newest["due_at"] is not None
    assert (other["attempt"], str(other["first_job_id"])) == (1, cast.ana.jobs["succeeded"])
    assert (str(other["newest_job_id"]), other["newest_status"], other["held"]) == (
        cast.ana.jobs["succeeded"],
        "succeeded",
        False,
    )


def test_a_worker_tells_how_far_its_job_is(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    def progress() -> tuple[Any, Any, Any]:
        [told] = details(owner, cast.ana, job["id"])
        return told["held"], told["percent"], told["progress"]

    assert progress() == (True, None, None)
    assert tell(owner, job, 40, "Upscaling") == []
    assert progress() == (True, 40, "Upscaling")
    assert tell(owner, job, None, None) == []
    assert progress() == (True, 40, "Upscaling"), "what is not told stays"
    assert tell(owner, job, 250, "x" * 300) == []
    assert progress() == (True, 100, "x" * 200)
    finish(owner, [job])
    assert progress() == (False, None, None)
    assert owner.execute("select count(*) from genjobs.job_progress").fetchone() == (0,)


def test_the_progress_of_a_silent_worker_is_not_shown_as_if_it_went_on(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    tell(owner, job, 40, "Upscaling")
    [told] = details(owner, cast.ana, job["id"])
    assert (told["held"], told["percent"], told["progress"]) == (True, 40, "Upscaling")
    owner.execute("update genjobs.workers set leased_until = clock_timestamp() - interval '1 second'")
    [told] = details(owner, cast.ana, job["id"])
    assert (told["held"], told["percent"]) == (True, None)
    assert told["progress"] == "Its worker is silent: another one will try it again"


def test_only_who_holds_the_job_tells_its_progress(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    tell(owner, {**job, "lease_token": new_id()}, 40, "mine")
    assert owner.execute("select count(*) from genjobs.job_progress").fetchone() == (0,)


def test_progress_goes_when_a_person_moves_the_job(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    tell(owner, job, 40, None)
    owner.execute("update public.generation_jobs set status = 'succeeded' where id = %s", [job["id"]])
    assert owner.execute("select count(*) from genjobs.job_progress").fetchone() == (0,)


def test_progress_of_a_job_that_is_being_ended_is_not_waited_for(database: Database) -> None:
    with database.connect() as ending, database.connect() as beating:
        cast = introduce(ending)
        [job] = [held for held in claim(ending) if held["id"] == cast.ana.jobs["queued"]]
        with ending.transaction():
            ending.execute("update public.generation_jobs set status = 'failed' where id = %s", [job["id"]])
            beating.execute("set lock_timeout = '2s'")
            tell(beating, job, 10, None)
        assert ending.execute("select count(*) from genjobs.job_progress").fetchone() == (0,)


def test_a_retry_that_comes_while_one_cancels_is_cancelled(database: Database) -> None:
    """Whoever cancels waits for the worker that ends the attempt, and takes the one after it."""
    with database.connect() as ending, database.connect() as cancelling, database.connect() as watching:
        cast = introduce(ending)
        insert(ending, cast.ana)
        job = next(held for held in claim(ending) if held["id"] == cast.ana.jobs["queued"])
        with ThreadPoolExecutor(1) as pool:
            with ending.transaction():
                fail(ending, job)
                answer = pool.submit(cancel, cancelling, cast.ana, job["id"])
                while not is_waiting(watching, cancelling):
                    pass
            assert answer.result() is True
        second = next_of(watching, job["id"])
        assert (row(watching, second)[0], attempt(watching, second)) == (
            "failed",
            (job["id"], 2, "cancelled", None),
        )
