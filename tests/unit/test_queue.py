from __future__ import annotations

from dataclasses import replace

import pytest

from genjobs.domain.queue import QueueHealth, checks, verdict
from genjobs.domain.times import duration

SOUND = QueueHealth(12, 245.0, 1, 3, 2, 0, 9.0)


def failing(health: QueueHealth) -> list[str]:
    return [check.name for check in checks(health) if not check.ok]


def test_a_queue_that_is_served_passes_and_is_told_in_numbers() -> None:
    assert failing(SOUND) == []
    assert [check.found for check in checks(SOUND)] == [
        "2 workers alive, holding 3 jobs; 12 waiting, the oldest for 4 min",
        "none",
        "the oldest for 9 s",
    ]
    many = replace(SOUND, waiting=10_001, oldest_waiting_seconds=None, oldest_transaction_seconds=None)
    assert [check.found for check in checks(many)][::2] == [
        "2 workers alive, holding 3 jobs; 10,000 or more waiting",
        "none",
    ]

    one = checks(replace(SOUND, workers=1, held=1))[0]
    assert one.found.startswith("1 worker alive, holding 1 job; 12 waiting")
    assert (
        one.expected == "at least one worker is alive if jobs are held, or if jobs wait and a worker was lost"
    )


def test_a_team_that_starts_jobs_by_hand_lacks_no_worker() -> None:
    assert failing(replace(SOUND, workers=0, held=0)) == []


def test_jobs_that_nobody_works_off_are_mentioned() -> None:
    assert verdict(replace(SOUND, workers=0, held=0)).startswith("No worker is running")
    for served in (SOUND, replace(SOUND, workers=0, waiting=0, held=0)):
        assert verdict(served) == "Nothing holds the queue back."


@pytest.mark.parametrize(
    ("health", "names"),
    [
        (replace(SOUND, workers=0, lost_workers=1), ["Queue", "Lost workers"]),
        (replace(SOUND, workers=0), ["Queue"]),
        (replace(SOUND, workers=0, waiting=0), ["Queue"]),
        (replace(SOUND, workers=0, lost_workers=1, waiting=0, held=0), ["Lost workers"]),
        (replace(SOUND, lost_workers=2), ["Lost workers"]),
        (replace(SOUND, oldest_transaction_seconds=61.0), ["Open transactions"]),
    ],
)
def test_what_holds_the_queue_back_is_named(health: QueueHealth, names: list[str]) -> None:
    assert failing(health) == names


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-1, "0 s"), (59.9, "59 s"), (60, "1 min"), (3_599, "59 min"), (86_399, "23 h"), (172_800, "2 d")],
)
def test_spans_are_told_in_their_largest_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words
