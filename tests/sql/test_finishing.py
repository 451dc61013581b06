"""Finishing jobs that workers hold: each is judged by itself, and the first to end it wins."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.clusters import Database
from tests.sql.people import Cast, acting, introduce, new_id
from tests.sql.test_job_queue import flaws, insert
from tests.sql.workers import BEAT, MANY, claim, finish, row


def test_moves_after_a_claim_or_finish_in_its_transaction_are_followed_too(
    owner: psycopg.Connection, cast: Cast
) -> None:
    for _ in range(3):
        insert(owner, cast.bob)
    with owner.transaction():
        held = claim(owner, 2)
        owner.execute("update public.generation_jobs set status = 'running' where status = 'queued'")
        finish(owner, held[:1])
        owner.execute("update public.generation_jobs set status = 'failed' where id = %s", [held[1]["id"]])
    assert flaws(owner) == []
    assert [outcome for _, outcome, _ in finish(owner, held)] == ["lost", "lost"]


def test_a_batch_ends_each_job_for_itself(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(MANY, [cast.ana.id, cast.ana.project, 6])
    good, failed, negative, unknown, long, stolen = claim(owner, 6)
    stolen["lease_token"] = uuid.uuid4()
    made_up = {"id": new_id(), "lease_token": uuid.uuid4()}
    batch = [good, failed, negative, unknown, long, stolen, made_up, good]
    assert finish(
        owner,
        batch,
        ["succeeded", "failed", "succeeded", "queued", "failed", "succeeded", "succeeded", "failed"],
        [7, 3, -1, 1, 1, 1, 1, 1],
        [None, "no light", None, None, "x" * 100_001, None, None, None],
    ) == [
        (good["id"], "finished", None),
        (failed["id"], "finished", None),
        (negative["id"], "refused", "A cost is 0 cents or more."),
        (unknown["id"], "refused", "The status must be succeeded, failed or handed_back."),
        (long["id"], "refused", "An error has 100,000 characters at most."),
        (stolen["id"], "lost", None),
        (made_up["id"], "lost", None),
        (good["id"], "lost", None),
    ]
    assert row(owner, good["id"]) == ("succeeded", 7, None)
    assert row(owner, failed["id"]) == ("failed", 3, "no light")
    for job in (negative, unknown, long, stolen):
        assert row(owner, job["id"])[0] == "running"
    assert flaws(owner) == []
    assert finish(owner, [good]) == [(good["id"], "lost", None)]


def test_a_person_who_ends_a_leased_job_by_hand_wins(owner: psycopg.Connection, cast: Cast) -> None:
    worker = new_id()
    jobs = claim(owner, worker=worker)
    mine = next(job for job in jobs if job["id"] == cast.ana.jobs["queued"])
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("select public.transition_job_status(%s, 'failed', 'enough')", [mine["id"]])
    with acting(owner, "service_role"):
        lost = owner.execute(
            BEAT, [worker, [job["id"] for job in jobs], [job["lease_token"] for job in jobs]]
        ).fetchall()
    assert lost == [(mine["id"],)]
    for _ in range(2):
        assert [outcome for _, outcome, _ in finish(owner, [mine], cents=5)] == ["lost"]
        assert row(owner, mine["id"]) == ("failed", 105, "enough")
    told = owner.execute(
        "select kind, old_cost_cents, new_cost_cents from public.generation_job_events"
        " where job_id = %s order by id desc limit 1",
        [mine["id"]],
    ).fetchone()
    assert told == ("cost_changed", 100, 105)


def test_what_was_spent_on_a_lost_job_is_added_for_its_own_token_alone(
    owner: psycopg.Connection, cast: Cast
) -> None:
    [job] = claim(owner, 1)
    owner.execute("update public.generation_jobs set status = 'succeeded' where id = %s", [job["id"]])
    assert finish(owner, [{**job, "lease_token": uuid.uuid4()}], cents=5)[0][1] == "lost"
    assert finish(owner, [job], cents=-5)[0][1] == "lost"
    assert row(owner, job["id"]) == ("succeeded", 100, None)
    assert finish(owner, [job], cents=2_147_483_647)[0][1] == "lost"
    assert row(owner, job["id"]) == ("succeeded", 2_147_483_647, None)


def test_a_job_that_its_worker_ended_costs_what_it_said_once(owner: psycopg.Connection, cast: Cast) -> None:
    [job] = claim(owner, 1)
    for _ in range(2):
        finish(owner, [job], cents=7)
    assert row(owner, job["id"]) == ("succeeded", 7, None)
    assert owner.execute("select from genjobs.lost_leases").fetchall() == []


def test_what_was_spent_on_a_lost_job_waits_for_its_row(database: Database) -> None:
    with database.connect() as owner, database.connect() as worker:
        introduce(owner)
        [job] = claim(worker, 1)
        with acting(owner, "service_role"):
            owner.execute("select public.cancel_generation_job(%s)", [job["id"]])
        with owner.transaction():
            owner.execute("select from public.generation_jobs where id = %s for update", [job["id"]])
            assert finish(worker, [job], cents=50)[0][1] == "busy"
        assert finish(worker, [job], cents=50)[0][1] == "lost"
        assert row(owner, job["id"])[:2] == ("failed", 100 + 50), "its own cost and what the worker spent"


def test_leases_that_were_lost_long_ago_are_forgotten(owner: psycopg.Connection, cast: Cast) -> None:
    for job in claim(owner):
        owner.execute("update public.generation_jobs set status = 'failed' where id = %s", [job["id"]])
    owner.execute(
        "update genjobs.lost_leases set lost_at = lost_at - interval '8 days' where job_id = %s", [job["id"]]
    )
    claim(owner)
    assert len(owner.execute("select from genjobs.lost_leases").fetchall()) == 1


HOLDS = {
    "the job": "select from public.generation_jobs where id = %(job)s for update",
    "the project": "select from public.projects where id = %(project)s for update",
    "the person": "select from auth.users where id = %(person)s for update",
}


@pytest.mark.parametrize("held", HOLDS)
def test_a_job_that_somebody_is_changing_or_deleting_is_busy(database: Database, held: str) -> None:
    """Waiting for them while holding other jobs of the batch could deadlock."""
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        jobs = claim(owner)
        worker.execute("set statement_timeout = '5s'")
        with owner.transaction():
            given = {"job": cast.ana.jobs["queued"], "project": cast.ana.project, "person": cast.ana.id}
            owner.execute(HOLDS[held].encode(), given)
            told = {job: outcome for job, outcome, _ in finish(worker, jobs, "failed")}
        assert told == {cast.ana.jobs["queued"]: "busy", cast.bob.jobs["queued"]: "finished"}
        mine = [job for job in jobs if job["id"] == cast.ana.jobs["queued"]]
        assert finish(worker, mine, "failed")[0][1] == "finished"


@pytest.mark.parametrize("held", ["the project", "the person"])
def test_a_job_that_succeeded_waits_for_nobody_who_deletes_its_parents(database: Database, held: str) -> None:
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        jobs = claim(owner)
        worker.execute("set statement_timeout = '5s'")
        with owner.transaction():
            owner.execute(HOLDS[held].encode(), {"project": cast.ana.project, "person": cast.ana.id})
            assert [outcome for _, outcome, _ in finish(worker, jobs)] == ["finished", "finished"]


def test_of_two_tokens_for_a_job_the_right_one_counts(owner: psycopg.Connection, cast: Cast) -> None:
    [job] = claim(owner, 1)
    wrong = {**job, "lease_token": uuid.uuid4()}
    assert [told[1] for told in finish(owner, [wrong, job])] == ["lost", "finished"]


def test_people_and_workers_who_end_the_same_jobs_end_each_once(database: Database) -> None:
    with database.connect() as owner:
        ana = introduce(owner).ana
        owner.execute(MANY, [ana.id, ana.project, 200])
        jobs = claim(owner, 200)

        def by_worker() -> int:
            with database.connect() as connection:
                outcomes = [
                    outcome
                    for n in range(0, 200, 10)
                    for _, outcome, _ in finish(connection, jobs[n : n + 10])
                ]
            return outcomes.count("finished")

        with ThreadPoolExecutor(2) as pool:
            finished = pool.submit(by_worker)
            owner.execute("set role service_role")
            by_hand = moved_by_hand(owner, [job["id"] for job in reversed(jobs)])
            owner.execute("reset role")
            assert finished.result() + by_hand == len(jobs)
        assert flaws(owner) == []


def moved_by_hand(connection: psycopg.Connection, jobs: list[str]) -> int:
    moves = [
        connection.execute("select public.transition_job_status(%s, 'failed', 'by hand')", [job]).fetchone()
        for job in jobs
    ]
    return moves.count((True,))


@pytest.mark.parametrize("status", ["queued", "succeeded", "failed"])
def test_a_leased_job_that_does_not_run_is_lost_and_the_batch_goes_on(
    owner: psycopg.Connection, cast: Cast, status: str
) -> None:
    """Somebody wrote past the triggers."""
    jobs = claim(owner)
    owner.execute("alter table public.generation_jobs disable trigger user")
    owner.execute("update public.generation_jobs set status = %s where id = %s", [status, jobs[0]["id"]])
    owner.execute("alter table public.generation_jobs enable trigger user")
    assert [outcome for _, outcome, _ in finish(owner, jobs)] == ["lost", "finished"]
    assert row(owner, jobs[0]["id"])[:2] == (status, 100)
