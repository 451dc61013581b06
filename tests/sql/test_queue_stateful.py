"""Whatever workers and people do, in any order, the queue agrees with a plain model."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)
from psycopg.rows import dict_row

from tests.sql.functions import without
from tests.sql.people import Cast, acting, introduce, new_id
from tests.sql.test_attempts import SILENT
from tests.sql.test_job_queue import flaws, insert
from tests.sql.workers import BEAT, CLAIM, FINISH

JOBS = """
select job.id::text, job.status, job.cost_cents, delayed.job_id is not null as delayed,
    coalesce(attempt.first_job_id, job.id)::text as chain, coalesce(attempt.attempt, 1) as attempt,
    attempt.retried_as::text
from public.generation_jobs as job
left join genjobs.job_delays as delayed on delayed.job_id = job.id
left join genjobs.job_attempts as attempt on attempt.job_id = job.id
"""
EXAMPLES = int(os.environ.get("QUEUE_EXAMPLES", "15"))
PICK = st.integers(0, 10_000)


@dataclass
class Lease:
    """What a worker was given; `is_held` until the job ends otherwise, `is_told` once the cost is told."""

    job: str
    token: str
    worker: str
    is_held: bool = True
    is_told: bool = False


@dataclass
class Known:
    """A job as the model has it; `since` is the step at which it came into the queue."""

    status: str
    cents: int
    chain: str
    attempt: int
    delayed: bool = False
    next: str | None = None
    person: str = field(default="", compare=False)
    mode: str = field(default="", compare=False)
    since: int = field(default=0, compare=False)


class QueueMachine(RuleBasedStateMachine):
    """Two people, three workers. Each step does the same to the database and to the model."""

    connection: psycopg.Connection

    def __init__(self) -> None:
        super().__init__()
        self.undo = self.connection.transaction(force_rollback=True)
        self.undo.__enter__()
        self.cast: Cast = introduce(self.connection)
        self.connection.execute("delete from public.generation_jobs")
        self.jobs: dict[str, Known] = {}
        self.leases: list[Lease] = []
        self.cancelled: set[str] = set()
        self.workers = [new_id() for _ in range(3)]
        self.steps = count()

    def teardown(self) -> None:
        try:
            found = self.connection.execute("select count(*) from genjobs.compare_cost_totals()").fetchone()
            assert found == (0,)
        finally:
            self.undo.__exit__(None, None, None)

    def rows(self, query: str, values: list[Any] | None = None, *, role: str = "service_role") -> list[Any]:
        with acting(self.connection, role):
            return self.connection.cursor(row_factory=dict_row).execute(query.encode(), values).fetchall()

    def newest(self, job: str) -> str:
        while (following := self.jobs[job].next) in self.jobs:
            job = str(following)
        return job

    def chosen(self, pick: int, *statuses: str) -> str | None:
        fitting = [job for job, known in self.jobs.items() if known.status in statuses]
        return fitting[pick % len(fitting)] if fitting else None

    def fails(self, job: str, *, again: bool, counts: bool = True, at_once: bool = False) -> None:
        """The job has failed; where it is tried again, the model learns the next attempt's id."""
        known = self.jobs[job]
        known.status = "failed"
        if not again or (counts and not at_once and known.attempt >= 3):
            return
        [row] = [
            row for row in self.connection.cursor(row_factory=dict_row).execute(JOBS) if row["id"] == job
        ]
        known.next = row["retried_as"]
        assert known.next
        delayed = counts and not at_once
        if delayed:  # a delay may be next to nothing
            self.connection.execute(
                "update genjobs.job_delays set due_at = now() + interval '1 hour' where job_id = %s",
                [known.next],
            )
        more = (known.person, known.mode, next(self.steps))
        self.jobs[known.next] = Known("queued", 0, known.chain, known.attempt + counts, delayed, None, *more)

    def loses(self, job: str) -> None:
        for lease in self.leases:
            if lease.job == job:
                lease.is_held = False

    @rule(pick=PICK, mode=st.sampled_from(["lifestyle", "packaging"]), number=st.integers(1, 4))
    def create(self, pick: int, mode: str, number: int) -> None:
        person = (self.cast.ana, self.cast.bob)[pick % 2]
        for _ in range(number):
            job = insert(self.connection, person, mode)
            more = (person.id, mode, next(self.steps))
            self.jobs[job] = Known("queued", 0, job, 1, False, None, *more)

    @rule(
        worker=st.integers(0, 2),
        limit=st.integers(1, 4),
        modes=st.sampled_from([None, ["lifestyle"], ["lifestyle", "packaging"], ["nothing"]]),
    )
    def claim(self, worker: int, limit: int, modes: list[str] | None) -> None:
        claimable = {
            job
            for job, known in self.jobs.items()
            if known.status == "queued" and not known.delayed and (modes is None or known.mode in modes)
        }
        rows = self.rows(CLAIM, [self.workers[worker], limit, modes, None])
        taken = [str(row["id"]) for row in rows]
        assert len(set(taken)) == len(taken) == min(limit, len(claimable))
        assert set(taken) <= claimable
        left = claimable - set(taken)
        for person in (self.cast.ana.id, self.cast.bob.id):
            began, waits = (
                [self.jobs[job].since for job in some if self.jobs[job].person == person]
                for some in (taken, left)
            )
            assert max(began, default=-1) <= min(waits, default=10_000), "a person's jobs begin in order"
        for row in rows:
            self.jobs[str(row["id"])].status = "running"
            self.leases.append(Lease(str(row["id"]), str(row["lease_token"]), self.workers[worker]))

    @rule(
        pick=PICK,
        status=st.sampled_from(["succeeded", "failed", "handed_back"]),
        cents=st.integers(0, 9),
        final=st.booleans(),
    )
    def finish(self, pick: int, status: str, cents: int, final: bool) -> None:
        if not self.leases:
            return
        lease = self.leases[pick % len(self.leases)]
        values = [[lease.job], [lease.token], [status], [cents], [None], [final], [None]]
        [row] = self.rows(FINISH, values)
        assert row["outcome"] == ("finished" if lease.is_held else "lost")
        known = self.jobs.get(lease.job)
        if lease.is_held and known:
            known.cents = cents
            lease.is_held, lease.is_told = False, True
            if status == "succeeded":
                known.status = "succeeded"
            else:
                self.fails(lease.job, again=not final, counts=status != "handed_back")
        elif known and not lease.is_told:
            known.cents += cents
            lease.is_told = True

    @rule(worker=st.integers(0, 2))
    def beat(self, worker: int) -> None:
        mine = [lease for lease in self.leases if lease.worker == self.workers[worker]]
        values = [self.workers[worker], [one.job for one in mine], [one.token for one in mine]]
        lost = {row["lost_job_id"] for row in self.rows(BEAT, values)}
        assert lost == {one.job for one in mine if not one.is_held}

    @rule(worker=st.integers(0, 2))
    def fall_silent(self, worker: int) -> None:
        """The next claim of another finds it, and its jobs wait for another attempt."""
        self.connection.execute(SILENT, [self.workers[worker]])
        self.rows("select genjobs.rescue_jobs(100)", role="postgres")
        for lease in self.leases:
            if lease.worker == self.workers[worker] and lease.is_held:
                lease.is_held = False
                self.fails(lease.job, again=True)

    @rule()
    def time_passes(self) -> None:
        self.connection.execute("update genjobs.job_delays set due_at = now() - interval '1 second'")
        self.rows("select genjobs.queue_due()", role="postgres")
        step = next(self.steps)
        for known in self.jobs.values():
            known.since = step if known.delayed else known.since
            known.delayed = False

    @rule(times=st.integers(1, 3))
    def all_fail(self, times: int) -> None:
        """What waits is claimed and fails, so that chains come to their last attempt."""
        for _ in range(times):
            self.time_passes()
            self.claim(0, 4, None)
            for at, lease in enumerate(list(self.leases)):
                if lease.is_held:
                    self.finish(at, "failed", 1, final=False)

    @rule()
    def all_succeed(self) -> None:
        """The queue is worked off, while a worker of another mode looks in between."""
        self.time_passes()
        while self.chosen(0, "queued"):
            self.claim(0, 2, None)
            self.claim(1, 1, ["nothing"])
        for at, lease in enumerate(list(self.leases)):
            if lease.is_held:
                self.finish(at, "succeeded", 1, final=False)

    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        if (job := self.chosen(pick, "queued", "running", "failed")) is None:
            return
        newest = self.newest(job)
        is_open = self.jobs[newest].status in ("queued", "running")
        [row] = self.rows("select public.cancel_generation_job(%s) as done", [job])
        assert row["done"] is is_open
        if is_open:
            self.loses(newest)
            self.jobs[newest].status, self.jobs[newest].delayed = "failed", False
            self.cancelled.add(newest)

    @rule(pick=PICK)
    def try_again(self, pick: int) -> None:
        if (job := self.chosen(pick, "failed", "succeeded")) is None:
            return
        newest = self.newest(job)
        has_failed = self.jobs[newest].status == "failed"
        [row] = self.rows("select public.retry_generation_job(%s) as made", [job])
        assert (row["made"] is not None) is has_failed
        if has_failed:
            self.fails(newest, again=True, counts=newest not in self.cancelled, at_once=True)

    @rule(pick=PICK, status=st.sampled_from(["running", "succeeded", "failed"]))
    def move_by_hand(self, pick: int, status: str) -> None:
        if (job := self.chosen(pick, "queued" if status == "running" else "running")) is None:
            return
        [row] = self.rows("select public.transition_job_status(%s, %s) as moved", [job, status])
        assert row["moved"]
        self.loses(job)
        self.jobs[job].status, self.jobs[job].delayed = status, False

    @rule(pick=PICK)
    def delete(self, pick: int) -> None:
        if (job := self.chosen(pick, "queued", "running", "succeeded", "failed")) is None:
            return
        self.connection.execute("delete from public.generation_jobs where id = %s", [job])
        self.loses(job)
        del self.jobs[job]

    @invariant()
    def is_as_the_model_says(self) -> None:
        rows = self.connection.cursor(row_factory=dict_row).execute(JOBS).fetchall()
        assert {
            row["id"]: Known(
                row["status"],
                row["cost_cents"],
                row["chain"],
                row["attempt"],
                row["delayed"],
                row["retried_as"],
            )
            for row in rows
        } == self.jobs
        held = self.connection.execute("select job_id::text from genjobs.job_leases").fetchall()
        assert {job for (job,) in held} == {lease.job for lease in self.leases if lease.is_held}
        assert flaws(self.connection) == []


def check(connection: psycopg.Connection, examples: int, *phases: Phase) -> None:
    machine = type("Machine", (QueueMachine,), {"connection": connection})
    limits = settings(
        max_examples=examples,
        stateful_step_count=40,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=phases or tuple(Phase),
    )
    run_state_machine_as_test(machine, settings=limits)


def test_the_queue_is_as_its_model(stage: psycopg.Connection) -> None:
    check(stage, EXAMPLES)


@pytest.mark.parametrize(
    ("function", "rule", "instead"),
    [
        ("genjobs.follow_change", "where lease.job_id = p_new.id returning", "where false returning"),
        ("genjobs.retry_job", "mine.attempt >= genjobs.attempts_allowed(p_job.id, p_job.mode)", "false"),
        ("genjobs.first_turn", "greatest(served, ", "greatest(0, "),
    ],
)
def test_the_model_notices_a_rule_that_is_gone(
    owner: psycopg.Connection, function: str, rule: str, instead: str
) -> None:
    without(owner, function, rule, instead)
    with pytest.raises((AssertionError, psycopg.Error, Flaky)):
        check(owner, 500, Phase.generate)  # it ends with the first that fails, mostly among some dozen
