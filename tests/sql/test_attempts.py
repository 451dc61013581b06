"""What failed under a worker, or was lost with it, is tried again as a linked job."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, acting, introduce, new_id, refusal
from tests.sql.test_job_queue import flaws, insert, waiting
from tests.sql.test_limits import LIMIT
from tests.sql.workers import BEAT, Job, claim, finish, row

ATTEMPT = """
select first_job_id::text, attempt, ending, retried_as::text from genjobs.job_attempts where job_id = %s
"""
SILENT = "update genjobs.workers set leased_until = clock_timestamp() - interval '1 second' where id = %s"
DUE = "update genjobs.job_delays set due_at = clock_timestamp() - interval '1 second'"
LATER = "update genjobs.job_delays set due_at = due_at + interval '1 hour'"


@pytest.fixture
def job(owner: psycopg.Connection, cast: Cast) -> Job:
    """Ana's job, which a worker holds; nobody else has one."""
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    [held] = claim(owner)
    return held


def attempt(connection: psycopg.Connection, of: str) -> tuple[Any, ...] | None:
    return connection.execute(ATTEMPT, [of]).fetchone()


def next_of(connection: psycopg.Connection, of: str) -> str:
    told = attempt(connection, of)
    assert told
    return str(told[3])


def claim_due(connection: psycopg.Connection, worker: str | None = None) -> list[Job]:
    connection.execute(DUE)
    return claim(connection, worker=worker)


def test_the_answer_to_an_ending_names_the_next_attempt(owner: psycopg.Connection, cast: Cast) -> None:
    for _ in range(4):
        insert(owner, cast.ana)
    jobs = claim(owner, 6)
    ends = ["succeeded", "failed", "failed", "handed_back", "failed", "succeeded"]
    finals = [False, False, True, False, False, False]
    with acting(owner, "service_role"):
        told = owner.execute(
            "select job_id::text, retried_as::text from finish_generation_jobs(%s, %s, %s, %s, null, %s)",
            [
                [job["id"] for job in jobs],
                [job["lease_token"] for job in jobs],
                ends,
                [1] * 6,
                finals,
            ],
        ).fetchall()
    assert [job for job, _ in told] == [job["id"] for job in jobs]
    linked = [(attempt(owner, job) or (None,) * 4)[3] for job, _ in told]
    assert [again for _, again in told] == linked
    assert [again is not None for again in linked] == [False, True, False, True, True, False]


def fail(connection: psycopg.Connection, job: Job, *, final: bool = False, cents: int = 4) -> None:
    """Fail the job; its retry, whose delay may be a few milliseconds, waits an hour longer."""
    assert finish(connection, [job], "failed", cents, ["no light"], [final])[0][1] == "finished"
    connection.execute(LATER)


def test_a_failed_job_is_tried_again_after_a_while_as_a_linked_job(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    fail(owner, job)
    assert row(owner, job["id"]) == ("failed", 4, "no light")
    again = next_of(owner, job["id"])
    assert attempt(owner, job["id"]) == (job["id"], 1, "failed", again)
    assert attempt(owner, again) == (job["id"], 2, None, None)
    assert (row(owner, again), waiting(owner, cast.ana), claim(owner)) == (("queued", 0, None), [], [])
    assert flaws(owner) == []
    assert [found["id"] for found in claim_due(owner)] == [again]


def test_the_third_attempt_is_the_last(owner: psycopg.Connection, job: Job) -> None:
    fail(owner, job)
    [second] = claim_due(owner)
    fail(owner, second)
    [third] = claim_due(owner)
    fail(owner, third)
    assert attempt(owner, third["id"]) == (job["id"], 3, "failed", None)
    assert claim_due(owner) == []

    without(
        owner, "genjobs.retry_job", "mine.attempt >= genjobs.attempts_allowed(p_job.id, p_job.mode)", "false"
    )
    owner.execute(
        "select genjobs.retry_job(job, 'failed') from generation_jobs as job where id = %s", [third["id"]]
    )
    assert len(claim_due(owner)) == 1


def test_a_final_failure_and_a_success_are_not_tried_again(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    fail(owner, job, final=True)
    insert(owner, cast.ana)
    [other] = claim(owner)
    finish(owner, [other])
    assert (attempt(owner, job["id"]), attempt(owner, other["id"]), claim_due(owner)) == (None, None, [])


def test_a_job_that_is_handed_back_waits_at_once_and_is_no_attempt(
    owner: psycopg.Connection, job: Job
) -> None:
    finish(owner, [job], "handed_back", 0, ["The worker was stopped."])
    assert row(owner, job["id"]) == ("failed", 0, "The worker was stopped.")
    [again] = claim(owner)
    assert attempt(owner, job["id"]) == (job["id"], 1, "handed_back", again["id"])
    assert attempt(owner, again["id"]) == (job["id"], 1, None, None)


def test_delays_grow_and_are_spread(owner: psycopg.Connection) -> None:
    for number, most in [(1, 5), (2, 10), (5, 80), (20, 600), (1000, 600)]:
        found = owner.execute(
            "select min(seconds), max(seconds) from ("
            " select extract(epoch from genjobs.retry_delay(%s)) as seconds from generate_series(1, 400)"
            ") as drawn",
            [number],
        ).fetchone()
        assert found
        assert 0 <= found[0] < most * 0.1 < most * 0.9 < found[1] <= most


@pytest.mark.parametrize(
    ("seconds", "least"), [(600, 600), (10**6, 86_400), (1, 1), (0, 0), (-5, 0), (None, 0)]
)
def test_a_failure_may_put_its_retry_off_up_to_a_day(
    owner: psycopg.Connection, job: Job, seconds: int | None, least: int
) -> None:
    began = owner.execute("select clock_timestamp()").fetchone()
    assert began
    finish(owner, [job], "failed", 0, None, None, [seconds])
    due = owner.execute("select due_at from genjobs.job_delays").fetchall()
    waits = [(moment - began[0]).total_seconds() for (moment,) in due]
    assert len(waits) == 1
    assert least <= waits[0] < max(least, 5) + 60, "a retry waits at least up to 5 s after the first attempt"


def test_a_claim_names_the_first_attempt(owner: psycopg.Connection, job: Job) -> None:
    assert str(job["first_job_id"]) == job["id"]
    fail(owner, job)
    [second] = claim_due(owner)
    assert (second["id"] != job["id"], str(second["first_job_id"])) == (True, job["id"])


def test_a_job_whose_worker_is_silent_fails_and_is_tried_again(owner: psycopg.Connection, cast: Cast) -> None:
    gone, alive = new_id(), new_id()
    jobs = claim(owner, worker=gone)
    insert(owner, cast.ana)
    [other] = claim(owner, worker=alive)
    owner.execute(SILENT, [gone])
    claim(owner)
    for job in jobs:
        status, _, error = row(owner, job["id"])
        assert (status, str(error).startswith("Its worker was lost; it was last seen at 20")) == (
            "failed",
            True,
        )
        assert finish(owner, [job])[0][1] == "lost"
    assert row(owner, other["id"])[0] == "running"
    assert {found["id"] for found in claim_due(owner)} == {next_of(owner, job["id"]) for job in jobs}
    assert flaws(owner) == []


def test_a_worker_that_is_heard_again_before_anyone_noticed_keeps_its_jobs(
    owner: psycopg.Connection, job: Job
) -> None:
    worker = owner.execute("select worker_id::text from genjobs.job_leases").fetchone()
    assert worker
    owner.execute(SILENT, worker)
    with acting(owner, "service_role"):
        owner.execute(BEAT, [worker[0], [job["id"]], [job["lease_token"]]])
    claim(owner)
    assert finish(owner, [job])[0][1] == "finished"


def test_claims_that_rescue_jobs_of_one_worker_do_not_wait_for_each_other(database: Database) -> None:
    worker = new_id()
    with database.connect() as owner, database.connect() as other:
        introduce(owner)
        other.execute("set statement_timeout = '5s'")
        assert len(claim(owner, 2, worker=worker)) == 2
        owner.execute(SILENT, [worker])
        with owner.transaction():
            owner.execute("select genjobs.rescue_jobs(1)")
            other.execute("select genjobs.rescue_jobs(1)")
        assert owner.execute("select from genjobs.job_attempts where ending = 'lost'").rowcount == 2
        assert owner.execute("select lost_jobs from genjobs.workers where id = %s", [worker]).fetchone() == (
            1,
        )


def test_jobs_that_were_started_by_hand_are_never_rescued(owner: psycopg.Connection, cast: Cast) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("select public.transition_job_status(%s, 'running')", [cast.ana.jobs["queued"]])
    claim(owner, worker=(worker := new_id()))
    owner.execute(SILENT, [worker])
    claim(owner)
    assert row(owner, cast.ana.jobs["queued"])[0] == "running"


def test_what_a_worker_never_got_waits_again(owner: psycopg.Connection, job: Job) -> None:
    """The claim's answer was lost; the worker lives on and does not name the job."""
    [worker] = owner.execute("select worker_id from genjobs.job_leases").fetchall()
    with acting(owner, "service_role"):
        owner.execute(BEAT, [worker[0], [], []])
    assert row(owner, job["id"])[0] == "running"
    owner.execute("update genjobs.job_leases set claimed_at = claimed_at - interval '61 seconds'")
    with acting(owner, "service_role"):
        owner.execute(BEAT, [worker[0], [], []])
    assert attempt(owner, job["id"]) == (job["id"], 1, "handed_back", next_of(owner, job["id"]))
    assert [found["id"] for found in claim(owner)] == [next_of(owner, job["id"])]


def test_a_retry_that_cannot_be_queued_leaves_the_reason_and_the_batch_goes_on(
    owner: psycopg.Connection, cast: Cast
) -> None:
    jobs = {str(job["user_id"]): job for job in claim(owner)}
    mine, other = jobs[cast.ana.id], jobs[cast.bob.id]
    owner.execute(LIMIT, [cast.ana.id, None, 100_000])
    owner.execute("update public.budgets set monthly_cents = 1")
    assert [told[1] for told in finish(owner, [mine, other], "failed", 4, ["dark", "dim"])] == [
        "finished"
    ] * 2
    status, cents, error = row(owner, mine["id"])
    assert (status, cents) == ("failed", 4)
    assert str(error).startswith("dark It was not retried: The monthly budget of all jobs is used up")
    assert (attempt(owner, mine["id"]), row(owner, other["id"])) == (None, ("failed", 4, "dim"))
    assert next_of(owner, other["id"])


def test_attempts_go_with_their_jobs(owner: psycopg.Connection, job: Job) -> None:
    fail(owner, job)
    owner.execute("delete from public.generation_jobs")
    for table in ("job_attempts", "job_delays", "job_queue", "job_leases"):
        assert owner.execute(f"select from genjobs.{table}".encode()).fetchall() == []


def test_a_delayed_job_that_is_started_by_hand_is_not_claimed(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    fail(owner, job)
    again = next_of(owner, job["id"])
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("select public.transition_job_status(%s, 'running')", [again])
    assert (claim_due(owner), flaws(owner)) == ([], [])


def test_workers_that_are_long_gone_are_forgotten(owner: psycopg.Connection, job: Job) -> None:
    owner.execute("update genjobs.workers set leased_until = clock_timestamp() - interval '2 hours'")
    claim(owner)
    claim(owner)
    hours = owner.execute(
        "select count(*) from genjobs.workers where leased_until < clock_timestamp()"
    ).fetchone()
    assert hours == (0,)


def test_a_delayed_job_that_somebody_is_changing_comes_later(database: Database) -> None:
    """If it were queued now, its queue row would hold the job's values from before the change."""
    with database.connect() as owner, database.connect() as worker:
        introduce(owner)
        for held in claim(owner):
            fail(owner, held)
        owner.execute(DUE)
        with owner.transaction():
            owner.execute("update public.generation_jobs set mode = 'other' where status = 'queued'")
            assert claim(worker) == []
        assert {job["mode"] for job in claim(worker)} == {"other"}
        assert flaws(owner) == []


@pytest.mark.parametrize("rule", [True, False])
def test_a_retry_does_not_wait_for_who_deletes_the_asset(database: Database, rule: bool) -> None:
    """The deletion waits for the job that the finish has locked; waiting for the deletion would deadlock."""
    with database.connect() as owner, database.connect() as worker:
        ana = introduce(owner).ana
        owner.execute(
            "update public.generation_jobs set input_asset_id = %s where id = %s",
            [ana.asset, ana.jobs["queued"]],
        )
        [held] = [job for job in claim(owner) if job["id"] == ana.jobs["queued"]]
        worker.execute("set statement_timeout = '3s'")
        if not rule:
            without(owner, "genjobs.queue_attempt", "for key share skip locked", "for key share")
        with owner.transaction():
            owner.execute("select from public.assets where id = %s for update", [ana.asset])
            if rule:
                fail(worker, held)
            else:
                with refusal("57014"):
                    fail(worker, held)
        if rule:
            assert next_of(owner, held["id"])
