"""What jobs cost: slices of a period as the database adds them up, and the figures that screens show of them.

Money is whole cents. A ratio is an exact fraction until it is written out; None where nothing can be divided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from lib.domain.workflow import Status

_OPEN = (Status.QUEUED, Status.RUNNING)
MINUS = "−"


@dataclass(frozen=True)
class Slice:
    """The jobs of one mode and status in a period, those of them that are deleted since, and their cents."""

    mode: str
    status: Status
    jobs: int
    cents: int
    deleted_jobs: int = 0
    deleted_cents: int = 0


@dataclass(frozen=True)
class Figures:
    """A period in figures. Open jobs are queued or running; their cents are part of `cents`."""

    jobs: int = 0
    cents: int = 0
    open_jobs: int = 0
    open_cents: int = 0
    succeeded_jobs: int = 0
    failed_jobs: int = 0
    wasted_cents: int = 0
    deleted_jobs: int = 0
    deleted_cents: int = 0

    @property
    def cost_per_job(self) -> Fraction | None:
        """Mean cents of a job."""
        return Fraction(self.cents, self.jobs) if self.jobs else None

    @property
    def success_rate(self) -> Fraction | None:
        """The part of the finished jobs that succeeded, from 0 to 1."""
        finished = self.succeeded_jobs + self.failed_jobs
        return Fraction(self.succeeded_jobs, finished) if finished else None


def figures(slices: Iterable[Slice]) -> Figures:
    """Add up the slices of one period."""
    found = tuple(slices)
    still_open = [one for one in found if one.status in _OPEN]
    failed = [one for one in found if one.status is Status.FAILED]
    return Figures(
        jobs=sum(one.jobs for one in found),
        cents=sum(one.cents for one in found),
        open_jobs=sum(one.jobs for one in still_open),
        open_cents=sum(one.cents for one in still_open),
        succeeded_jobs=sum(one.jobs for one in found if one.status is Status.SUCCEEDED),
        failed_jobs=sum(one.jobs for one in failed),
        wasted_cents=sum(one.cents for one in failed),
        deleted_jobs=sum(one.deleted_jobs for one in found),
        deleted_cents=sum(one.deleted_cents for one in found),
    )


def relative_change(before: Fraction | int | None, now: Fraction | int | None) -> Fraction | None:
    """By which part of `before` it has changed; None where there is no base to measure against."""
    if before is None or now is None or before <= 0:
        return None
    return Fraction(now) / Fraction(before) - 1


def format_percent(part: Fraction, *, signed: bool = False) -> str:
    """A part of 1 with one decimal, halves away from zero: `12.5%`; with `signed`, `+12.5%` or `−3.0%`."""
    tenths = int(abs(part) * 1000 + Fraction(1, 2))
    sign = MINUS if part < 0 and tenths else "+" if signed and tenths else ""
    return f"{sign}{tenths // 10:,}.{tenths % 10}%"


def format_points(before: Fraction, now: Fraction) -> str:
    """The difference of two parts of 1 in percentage points: `+1.2 points`."""
    return format_percent(now - before, signed=True).replace("%", " points")


@dataclass(frozen=True)
class Figure:
    """One place that tells the spend of the screen; `jobs` is None where it does not count jobs."""

    place: str
    cents: int
    jobs: int | None = None


def disagreeing(told: Iterable[Figure], truth: Figure) -> tuple[Figure, ...]:
    """Those that differ from `truth` in cents, or in jobs where they count them."""
    return tuple(one for one in told if one.cents != truth.cents or one.jobs not in (None, truth.jobs))


@dataclass(frozen=True)
class Point:
    """The jobs of one name that were created in one bucket of time, and their cents.

    `key` is a mode, a status or an id; it is empty in a series that is not split. The bucket that still runs
    is not complete.
    """

    start: datetime
    key: str
    jobs: int
    cents: int
    complete: bool = True


@dataclass(frozen=True)
class UnitCost:
    """What a job of one bucket costs in cents; median and 95th percentile are None without jobs."""

    start: datetime
    jobs: int
    cents: int
    p50: int | None
    p95: int | None
    complete: bool = True

    @property
    def mean(self) -> Fraction | None:
        """Mean cents of a job."""
        return Fraction(self.cents, self.jobs) if self.jobs else None


@dataclass(frozen=True)
class HourOfWeek:
    """The jobs created at an hour of a weekday, 1 for Monday to 7 for Sunday, and their cents."""

    weekday: int
    hour: int
    jobs: int
    cents: int
