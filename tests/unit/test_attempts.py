from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from genjobs.domain.attempts import JobDetails

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ROW = {
    "first_job_id": "11111111-0000",
    "retried_as": None,
    "attempt": 1,
    "attempts_allowed": 3,
    "ending": None,
    "due_at": None,
    "held": False,
    "percent": None,
    "progress": None,
}
ALONE = JobDetails.from_row(ROW)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (ALONE, []),
        (replace(ALONE, ending="failed"), []),
        (replace(ALONE, held=True), ["held by a worker"]),
        (replace(ALONE, held=True, percent=40, progress="Upscaling"), ["Upscaling"]),
        (replace(ALONE, attempt=2), ["attempt 2 of 3"]),
        (replace(ALONE, attempt=4), ["attempt 4 of 4"]),
        (
            replace(ALONE, ending="lost", retried_as="22222222-0000"),
            ["attempt 1 of 3", "lost with its worker", "retried as 22222222"],
        ),
        (replace(ALONE, ending="cancelled"), ["cancelled"]),
        (replace(ALONE, attempt=2, due_at=NOON), ["attempt 2 of 3"]),
    ],
)
def test_only_what_is_worth_a_word_is_said(details: JobDetails, said: list[str]) -> None:
    assert details.facts(NOON) == said


def test_a_job_that_waits_for_its_time_says_when_it_may_start() -> None:
    due = (NOON + timedelta(minutes=3)).isoformat()
    assert JobDetails.from_row(ROW | {"due_at": due}).facts(NOON) == ["starts in 3 min at the earliest"]
