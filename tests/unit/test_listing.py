"""Rows of the list of jobs change in place; new jobs wait until they are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import inf

from genjobs.console.jobs_test.listing import Listing, follow
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def job(number: int) -> Job:
    """The higher its number, the newer it is."""
    moment = NOON + timedelta(minutes=number)
    return Job(str(number), "me", "p", Status.QUEUED, "lifestyle", None, None, 1, moment, moment)


def newest(*numbers: int) -> list[Job]:
    return [job(number) for number in sorted(numbers, reverse=True)]


def test_an_empty_list_lets_the_newest_in() -> None:
    assert follow(Listing(), newest(1, 2), [], 2) == Listing((job(2), job(1)))


def test_a_row_changes_where_it_stands_and_newcomers_wait() -> None:
    held = Listing((job(2), job(1)))
    moved = replace(job(1), status=Status.RUNNING)

    now = follow(held, [job(4), job(3)], [job(2), moved], 2)

    assert (now.jobs, now.waiting, now.gone) == ((job(2), moved), 2, frozenset())
    assert held.missing([job(4), job(2)]) == ("1",)


def test_a_deleted_job_keeps_its_row() -> None:
    now = follow(Listing((job(3), job(2))), [job(3)], [], 2)
    assert (now.ids, now.gone) == (("3", "2"), frozenset("2"))


def test_the_newest_row_says_how_old_the_list_is() -> None:
    assert Listing((job(2), job(1))).age_seconds(NOON + timedelta(minutes=5)) == 180
    assert Listing().age_seconds(NOON) == inf


def test_rows_that_the_filter_would_leave_out_by_now_are_counted() -> None:
    moved = replace(job(1), status=Status.RUNNING)
    now = Listing((job(3), job(2), moved), frozenset("3"))
    assert (now.left(Status.QUEUED), now.left(Status.RUNNING), now.left(None)) == (2, 2, 1)


def test_an_older_job_that_moves_up_into_the_newest_is_no_newcomer() -> None:
    now = follow(Listing((job(3), job(2))), newest(3, 1), [], 2)
    assert now.waiting == 0


def test_a_list_with_room_counts_an_older_job_that_comes_in() -> None:
    now = follow(Listing((job(3),)), newest(3, 1), [], 2)
    assert (now.ids, now.waiting) == (("3",), 1)
