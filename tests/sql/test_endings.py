"""What the details tell of an attempt that failed: how it ended, and whether more were allowed."""

from __future__ import annotations

from typing import Any, get_args

import psycopg
import pytest

from genjobs.domain.attempts import ENDINGS, Ending
from tests.sql.people import Cast, acting, new_id
from tests.sql.test_attempts import SILENT, claim_due, fail
from tests.sql.test_following import cancel, details
from tests.sql.workers import Job, claim, finish

ALLOW = "select public.limit_generation_mode(%s, p_max_attempts => %s)"
Told = tuple[int, int, str | None]


@pytest.fixture
def job(owner: psycopg.Connection, cast: Cast) -> Job:
    """Ana's job, which a worker holds; nobody else has one."""
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    [held] = claim(owner)
    return held


def allow(owner: psycopg.Connection, job: Job, attempts: int) -> None:
    with acting(owner, "service_role"):
        owner.execute(ALLOW, [job["mode"], attempts])


def told(owner: psycopg.Connection, cast: Cast, job: dict[str, Any]) -> Told:
    """The number of the attempt, how many are allowed, and how it ended."""
    [found] = details(owner, cast.ana, job["id"])
    return found["attempt"], found["attempts_allowed"], found["ending"]


def test_a_final_failure_is_told_from_attempts_that_are_used_up(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    fail(owner, job)
    [second] = claim_due(owner)
    fail(owner, second, final=True)
    assert (told(owner, cast, job), told(owner, cast, second)) == ((1, 3, "failed"), (2, 3, None))


def test_of_the_last_of_several_attempts_it_is_known_how_it_ended(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    allow(owner, job, 2)
    fail(owner, job)
    [second] = claim_due(owner)
    fail(owner, second)
    assert told(owner, cast, second) == (2, 2, "failed")


def test_of_the_only_attempt_it_is_not_known(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    allow(owner, job, 1)
    fail(owner, job)
    assert told(owner, cast, job) == (1, 1, None)


def test_every_ending_has_its_name(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    fail(owner, job)
    [second] = claim_due(owner, worker := new_id())
    owner.execute(SILENT, [worker])
    claim(owner)
    [third] = claim_due(owner)
    finish(owner, [third], "handed_back", 0)
    [fourth] = claim(owner)
    cancel(owner, cast.ana, fourth["id"])
    endings = [told(owner, cast, one)[2] for one in (job, second, third, fourth)]
    assert endings == ["failed", "lost", "handed_back", "cancelled"]
    assert {*endings} == {*get_args(Ending)} == {*ENDINGS, "failed"}
