from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from genjobs.domain.totals import MOST_HISTOGRAMS_WAITING, MOST_WAITING, TotalsHealth, TotalsState, checks

ROW: dict[str, Any] = {
    "state": "complete",
    "waiting": 0,
    "waiting_since": None,
    "histograms_waiting": 0,
    "most": 1_000_000,
    "set_aside": 0,
    "set_aside_codes": [],
}
SOUND = TotalsHealth.from_row(ROW)


def failing(health: TotalsHealth) -> list[str]:
    return [check.name for check in checks(health) if not check.ok]


def test_complete_totals_that_keep_up_pass() -> None:
    assert failing(SOUND) == []
    assert [check.found for check in checks(SOUND)] == [
        "of all jobs, made in this database",
        "none waiting",
        "none",
    ]


@pytest.mark.parametrize("state", [state for state in TotalsState if state is not TotalsState.COMPLETE])
def test_totals_that_are_not_read_say_so_and_what_to_do(state: TotalsState) -> None:
    health = replace(SOUND, state=state)
    assert failing(health) == ["Totals"]
    first = checks(health)[0]
    assert "every figure is read from the jobs" in first.found
    assert "genjobs migrate" in first.fix


@pytest.mark.parametrize(
    ("waiting", "histograms", "fails"),
    [
        (MOST_WAITING, MOST_HISTOGRAMS_WAITING, False),
        (MOST_WAITING + 1, 0, True),
        (0, MOST_HISTOGRAMS_WAITING + 1, True),
    ],
)
def test_folding_that_is_far_behind_fails(waiting: int, histograms: int, fails: bool) -> None:
    health = replace(SOUND, waiting=waiting, histograms_waiting=histograms)
    assert failing(health) == (["Folding"] if fails else [])


def test_how_far_folding_is_behind_is_told_with_its_time() -> None:
    row = ROW | {
        "waiting": 1_000_000,
        "waiting_since": "2026-03-10T13:05:59+01:00",
        "histograms_waiting": 70_000,
    }
    assert checks(TotalsHealth.from_row(row))[1].found == (
        "1,000,000 or more events wait for the totals, the first since 2026-03-10 12:05 UTC;"
        " 70,000 for the histograms"
    )


def test_nothing_is_said_of_folding_where_the_horizon_means_nothing() -> None:
    health = replace(SOUND, state=TotalsState.MOVED, waiting=1_000_000)
    assert failing(health) == ["Totals"]


def test_events_that_were_set_aside_are_told_with_their_codes() -> None:
    health = TotalsHealth.from_row(ROW | {"set_aside": 1200, "set_aside_codes": ["22003", "54000"]})
    assert failing(health) == ["Events set aside"]
    assert checks(health)[2].found == "1,200 (22003, 54000)"
