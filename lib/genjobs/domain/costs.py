"""What jobs cost, as the database adds it up, and the figures that screens show.

Money is whole cents. A ratio is an exact fraction until it is formatted; None if it would divide by zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from operator import add, attrgetter, sub
from typing import Self
from zoneinfo import ZoneInfo

from genjobs.domain.counting import counted
from genjobs.domain.periods import Bucket, begin_of
from genjobs.domain.rows import Row, parse_time
from genjobs.domain.times import named_zone

OTHER = "\x00other"
"""The key of several that are not told apart; no mode is like it, as PostgreSQL stores no NUL."""


@dataclass(frozen=True)
class Amounts:
    """Jobs and cents of a set of jobs, by outcome.

    `jobs` and `cents` count all jobs, including deleted ones. The four statuses count jobs that still exist,
    `deleted_…` all deleted jobs, and `ever_…` both. `excluded_jobs`, a part of `ever_failed_jobs`, are
    attempts that were retried, cancelled or handed back.
    """

    jobs: int = 0
    cents: int = 0
    queued_jobs: int = 0
    queued_cents: int = 0
    running_jobs: int = 0
    running_cents: int = 0
    succeeded_jobs: int = 0
    succeeded_cents: int = 0
    failed_jobs: int = 0
    failed_cents: int = 0
    deleted_jobs: int = 0
    deleted_cents: int = 0
    ever_failed_jobs: int = 0
    ever_failed_cents: int = 0
    ever_succeeded_jobs: int = 0
    ever_succeeded_cents: int = 0
    excluded_jobs: int = 0

    @classmethod
    def from_values(cls, names: Sequence[str], values: Sequence[int]) -> Self:
        """Read `values` in the order of `names`. Raises TypeError for an unknown name."""
        return cls(**dict(zip(names, values, strict=True)))

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(*map(add, _values(self), _values(other)))

    def __sub__(self, other: Amounts) -> Amounts:
        return Amounts(*map(sub, _values(self), _values(other)))

    @property
    def open_jobs(self) -> int:
        """Jobs that are queued or running."""
        return self.queued_jobs + self.running_jobs

    @property
    def open_cents(self) -> int:
        """Cents of the jobs that are queued or running, a part of `cents`."""
        return self.queued_cents + self.running_cents

    @property
    def wasted_cents(self) -> int:
        """Cents of failed jobs, including every attempt; a part of `cents`."""
        return self.ever_failed_cents

    @property
    def deleted_unfinished_jobs(self) -> int:
        """Jobs that were deleted while they were queued or running."""
        return self.jobs - self.open_jobs - self.ever_succeeded_jobs - self.ever_failed_jobs

    @property
    def cost_per_job(self) -> Fraction | None:
        """Mean cents of a job."""
        return Fraction(self.cents, self.jobs) if self.jobs else None

    @property
    def success_rate(self) -> Fraction | None:
        """The part of the finished jobs that succeeded, 0 to 1; a job counts once, by its last attempt."""
        finished = self.ever_succeeded_jobs + self.ever_failed_jobs - self.excluded_jobs
        return Fraction(self.ever_succeeded_jobs, finished) if finished else None


_values = attrgetter(*(field.name for field in fields(Amounts)))


def total(amounts: Iterable[Amounts]) -> Amounts:
    """All of them added up."""
    return Amounts(*map(sum, zip(*map(_values, amounts), strict=True)))


@dataclass(frozen=True)
class Recount:
    """Jobs and cents of a period, counted one by one from the jobs and the log of deleted ones."""

    jobs: int
    cents: int

    @classmethod
    def from_row(cls, row: Row | None) -> Self | None:
        """Read a row of `get_cost_recount`; None without a row, or if the count was capped."""
        return None if row is None or row["capped"] else cls(row["jobs"], row["cents"])


@dataclass(frozen=True)
class Figure:
    """The spend as one place on the screen shows it; `jobs` is None if it does not count jobs."""

    place: str
    cents: int
    jobs: int | None = None


def disagreeing(told: Iterable[Figure], truth: Figure) -> tuple[Figure, ...]:
    """The figures that differ from `truth` in cents, or in jobs if they count jobs."""
    return tuple(one for one in told if one.cents != truth.cents or one.jobs not in (None, truth.jobs))


@dataclass(frozen=True)
class CostBucket:
    """A half-open interval in UTC; `running` if it had not ended when it was read, so it is not complete.

    This machine's clock of the zone shows at `start` the day and hour that the database counted, also where
    the two know different rules of the zone; a first week or month that is cut may be an hour off there.
    """

    start: datetime
    end: datetime
    running: bool = False


@dataclass(frozen=True)
class Key:
    """What a series is split by: a mode, a status or an id, and its display name.

    A series that is not split has one key, the empty text.
    """

    key: str
    label: str

    @classmethod
    def named(cls, key: str, label: str | None) -> Self:
        """A key with its label; a deleted project has no label and is named by the start of its id."""
        return cls(key, f"deleted {key[:8]}" if label is None else label)

    @classmethod
    def of_others(cls, number: int) -> Self:
        """The key of so many that are not told apart: `1 other`, `4 others`."""
        return cls(OTHER, counted(number, "other"))


@dataclass(frozen=True)
class Cell:
    """The jobs of one key that were created in one bucket."""

    bucket: CostBucket
    key: str
    amounts: Amounts


@dataclass(frozen=True)
class CostSeries:
    """Cells of every bucket and key, bucket by bucket, the costliest key first, as of a moment.

    `others` is how many keys are not told apart; they are added up under the last key, `OTHER`. `complete` is
    false if the totals are not complete, so that all of this was read job by job.
    """

    buckets: tuple[CostBucket, ...]
    keys: tuple[Key, ...]
    cells: tuple[Cell, ...]
    as_of: datetime
    complete: bool
    others: int = 0

    @classmethod
    def from_row(cls, row: Row) -> Self:
        """Read an answer of `get_cost_series`. Raises KeyError if a part of it is missing."""
        as_of = parse_time(row["as_of"])
        bucket, zone = Bucket(row["bucket"]), named_zone(row["time_zone"])
        buckets = tuple(_bucket(one, as_of, bucket, zone) for one in row["buckets"])
        keys = [Key.named(one["key"], one["label"]) for one in row["keys"]]
        others = row.get("others", 0)
        return cls(
            buckets=buckets,
            keys=(*keys, Key.of_others(others)) if others else tuple(keys),
            cells=tuple(
                Cell(
                    buckets[place], OTHER if key is None else key, Amounts.from_values(row["amounts"], values)
                )
                for place, key, values in row["rows"]
            ),
            as_of=as_of,
            complete=row["complete"],
            others=others,
        )

    @property
    def total(self) -> Amounts:
        """All cells added up."""
        return total(cell.amounts for cell in self.cells)

    @property
    def by_bucket(self) -> dict[CostBucket, Amounts]:
        """The cells of each bucket added up, bucket by bucket."""
        found: dict[CostBucket, list[Amounts]] = {bucket: [] for bucket in self.buckets}
        for cell in self.cells:
            found[cell.bucket].append(cell.amounts)
        return {bucket: total(amounts) for bucket, amounts in found.items()}


def _bucket(row: Row, as_of: datetime, bucket: Bucket, zone: ZoneInfo) -> CostBucket:
    start, end, label = parse_time(row["start"]), parse_time(row["end"]), datetime.fromisoformat(row["label"])
    shift = timedelta()
    if label != begin_of(bucket, start.astimezone(zone).replace(tzinfo=None)):
        shift = label.replace(tzinfo=zone).astimezone(UTC) - start
    return CostBucket(start + shift, end + shift, running=as_of < end)


@dataclass(frozen=True)
class UnitCost:
    """What a job of one bucket costs in cents; median and 95th percentile are None without jobs."""

    bucket: CostBucket
    jobs: int = 0
    cents: int = 0
    p50: int | None = None
    p95: int | None = None


@dataclass(frozen=True)
class HourOfWeek:
    """The jobs created at an hour of a weekday, 1 for Monday to 7 for Sunday, and their cents."""

    weekday: int
    hour: int
    jobs: int
    cents: int
