"""The health of the cost totals: the answer of `get_totals_health`, and the checks of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self

from genjobs.domain.check import Check
from genjobs.domain.rows import Row, parse_time

MOST_WAITING = 50_000
MOST_HISTOGRAMS_WAITING = 250_000
_FROM_JOBS = "every figure is read from the jobs, which is correct but slow"
_REBUILD = "`genjobs migrate --database-url …` rebuilds them; a local stack does so at its next start."


class TotalsState(StrEnum):
    """Whether the totals are used. In every state but COMPLETE, all figures are read from the jobs."""

    COMPLETE = "complete"
    FILLING = "filling"
    MOVED = "moved"
    DOUBTED = "doubted"


_FOUND = {
    TotalsState.COMPLETE: "of all jobs, made in this database",
    TotalsState.FILLING: f"not of all jobs yet: {_FROM_JOBS}",
    TotalsState.MOVED: f"made on another server or from other data: {_FROM_JOBS}",
    TotalsState.DOUBTED: f"to be rebuilt: {_FROM_JOBS}",
}


@dataclass(frozen=True)
class TotalsHealth:
    """How many events wait to be folded, counted up to `most`, since when, and how many were set aside.

    An event is set aside if the totals cannot store it; `set_aside_codes` are the SQLSTATEs it raised.
    """

    state: TotalsState
    waiting: int
    waiting_since: datetime | None
    histograms_waiting: int
    most: int
    set_aside: int
    set_aside_codes: tuple[str, ...]

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read the function's answer. Raises KeyError or ValueError if it has another shape."""
        since = row["waiting_since"]
        return cls(
            state=TotalsState(row["state"]),
            waiting=row["waiting"],
            waiting_since=None if since is None else parse_time(since),
            histograms_waiting=row["histograms_waiting"],
            most=row["most"],
            set_aside=row["set_aside"],
            set_aside_codes=tuple(row["set_aside_codes"]),
        )


def checks(health: TotalsHealth) -> list[Check]:
    """Whether the totals are complete, whether folding keeps up, and whether events were set aside."""
    return [_state(health), _folding(health), _set_aside(health)]


def _state(health: TotalsHealth) -> Check:
    return Check(
        "Totals",
        _FOUND[TotalsState.COMPLETE],
        _FOUND[health.state],
        health.state is TotalsState.COMPLETE,
        "select genjobs.totals_state();",
        _REBUILD,
    )


def _folding(health: TotalsHealth) -> Check:
    expected = (
        f"at most {MOST_WAITING:,} events wait for the totals, {MOST_HISTOGRAMS_WAITING:,} for the histograms"
    )
    if health.state in (TotalsState.MOVED, TotalsState.DOUBTED):
        found, ok = "paused until the totals are rebuilt", True
    else:
        found = _waiting(health)
        ok = health.waiting <= MOST_WAITING and health.histograms_waiting <= MOST_HISTOGRAMS_WAITING
    return Check(
        "Folding",
        expected,
        found,
        ok,
        "select genjobs.totals_health(1000000);",
        "Reads are correct but slow. After a bulk write this passes as others write, or at once with "
        "`genjobs migrate --database-url …`. If it does not, a transaction that stays open holds up folding: "
        "end it (it is in pg_stat_activity), then run the command again.",
    )


def _waiting(health: TotalsHealth) -> str:
    if not health.waiting and not health.histograms_waiting:
        return "none waiting"
    since = f", the first since {health.waiting_since:%Y-%m-%d %H:%M} UTC" if health.waiting_since else ""
    of_all = [_counted(number, health.most) for number in (health.waiting, health.histograms_waiting)]
    return f"{of_all[0]} events wait for the totals{since}; {of_all[1]} for the histograms"


def _counted(number: int, most: int) -> str:
    return f"{number:,} or more" if number >= most else f"{number:,}"


def _set_aside(health: TotalsHealth) -> Check:
    codes = f" ({', '.join(health.set_aside_codes)})" if health.set_aside_codes else ""
    return Check(
        "Events set aside",
        "none",
        f"{health.set_aside:,}{codes}" if health.set_aside else "none",
        not health.set_aside,
        "select * from genjobs.set_aside_events;",
        "The totals cannot store them, so each read counts them one by one. `genjobs totals check` lists "
        "them. Once the cause is fixed, `genjobs totals rebuild` includes them.",
    )
