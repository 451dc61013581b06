"""The data frames that charts are drawn from and that tables and files show. Money is whole cents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

import pandas as pd

from genjobs.charts.time_labels import bucket_labels, day_label
from genjobs.domain.costs import OTHER, Amounts, CostBucket, CostSeries, HourOfWeek, UnitCost
from genjobs.domain.counting import counted
from genjobs.domain.estimates import DayEstimate
from genjobs.domain.money import format_cents
from genjobs.domain.periods import Bucket
from genjobs.domain.ranking import Movers
from genjobs.domain.waterfall import Waterfall
from genjobs.domain.workflow import Status

DELETED = "deleted unfinished"
BEFORE, NOW = "Before", "Now"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def series(found: CostSeries, names: Mapping[str, str], bucket: Bucket, zone: ZoneInfo) -> pd.DataFrame:
    """One row per bucket and name: start (in `zone`), bucket (its label), key, name, jobs, cents, complete.

    `names` are labels by key that replace the database's.
    """
    known = {one.key: one.label for one in found.keys} | dict(names)
    rows = [(cell.bucket, cell.key, cell.amounts.jobs, cell.amounts.cents) for cell in found.cells]
    return _series(found, rows, known, bucket, zone)


def statuses(found: CostSeries, bucket: Bucket, zone: ZoneInfo) -> pd.DataFrame:
    """The same columns for any split, with the jobs' status as name.

    A finished job that was deleted counts under its last status, one deleted unfinished as `DELETED`.
    """
    rows = [(each, *part) for each, amounts in found.by_bucket.items() for part in _by_status(amounts)]
    if not any(jobs or cents for _, name, jobs, cents in rows if name == DELETED):
        rows = [row for row in rows if row[1] != DELETED]
    return _series(found, rows, {}, bucket, zone)


def _by_status(amounts: Amounts) -> list[tuple[str, int, int]]:
    finished_cents = amounts.ever_succeeded_cents + amounts.ever_failed_cents
    return [
        (Status.QUEUED, amounts.queued_jobs, amounts.queued_cents),
        (Status.RUNNING, amounts.running_jobs, amounts.running_cents),
        (Status.SUCCEEDED, amounts.ever_succeeded_jobs, amounts.ever_succeeded_cents),
        (Status.FAILED, amounts.ever_failed_jobs, amounts.ever_failed_cents),
        (DELETED, amounts.deleted_unfinished_jobs, amounts.cents - amounts.open_cents - finished_cents),
    ]


def _series(
    found: CostSeries,
    rows: Sequence[tuple[CostBucket, str, int, int]],
    names: Mapping[str, str],
    bucket: Bucket,
    zone: ZoneInfo,
) -> pd.DataFrame:
    labels = _labels([one.start for one in found.buckets], bucket, zone)
    return pd.DataFrame(
        {
            "start": _times([row[0].start for row in rows], zone),
            "bucket": _texts([labels[row[0].start] for row in rows]),
            "key": _texts([str(row[1]) for row in rows]),
            "name": _texts([names.get(row[1], str(row[1])) for row in rows]),
            "jobs": _whole([row[2] for row in rows]),
            "cents": _whole([row[3] for row in rows]),
            "complete": pd.Series([not row[0].running for row in rows], dtype="bool"),
        }
    )


def unit_costs(rows: Sequence[UnitCost], bucket: Bucket, zone: ZoneInfo) -> pd.DataFrame:
    """One row per bucket: start, bucket, jobs, cents, p50_cents and p95_cents, complete."""
    starts = [one.bucket.start for one in rows]
    return pd.DataFrame(
        {
            "start": _times(starts, zone),
            "bucket": _texts(bucket_labels(starts, bucket, zone)),
            "jobs": _whole([one.jobs for one in rows]),
            "cents": _whole([one.cents for one in rows]),
            "p50_cents": pd.array([one.p50 for one in rows], dtype="Int64"),
            "p95_cents": pd.array([one.p95 for one in rows], dtype="Int64"),
            "complete": pd.Series([not one.bucket.running for one in rows], dtype="bool"),
        }
    )


def heat(rows: Sequence[HourOfWeek]) -> pd.DataFrame:
    """One row for each of the 168 hours of the week: weekday (its name), hour (0 to 23), jobs, cents."""
    found = {(one.weekday, one.hour): (one.jobs, one.cents) for one in rows}
    cells = [(day, hour, *found.get((day, hour), (0, 0))) for day in range(1, 8) for hour in range(24)]
    return pd.DataFrame(
        {
            "weekday": _texts([WEEKDAYS[day - 1] for day, *_ in cells]),
            "hour": _whole([cell[1] for cell in cells]),
            "jobs": _whole([cell[2] for cell in cells]),
            "cents": _whole([cell[3] for cell in cells]),
        }
    )


def change(parts: Waterfall) -> pd.DataFrame:
    """Six rows: step, cents (its size), from_cents and to_cents (where its bar begins and ends)."""
    steps = {
        "Volume": parts.volume,
        "Mix": parts.mix,
        "Unit cost": parts.unit_cost,
        "Failures": parts.failures,
    }
    return _steps(parts.before, list(steps.items()), parts.now)


def movers(found: Movers) -> pd.DataFrame:
    """The same columns, with a row for each name in the change, and one for the others.

    A name that the first or the last row has is quoted, as rows of one name would be drawn over each other.
    """
    changes = [(f"“{name}”" if name in (BEFORE, NOW) else name, cents) for name, cents in found.changes]
    if found.others:
        changes.append((counted(found.others, "other"), found.others_cents))
    return _steps(found.before, changes, found.now)


def _steps(before: int, changes: Sequence[tuple[str, int]], now: int) -> pd.DataFrame:
    rows, level = [(BEFORE, before, 0, before)], before
    for step, cents in changes:
        rows.append((step, cents, level, level + cents))
        level += cents
    rows.append((NOW, now, 0, now))
    return pd.DataFrame(rows, columns=["step", "cents", "from_cents", "to_cents"])


def fold_rest(frame: pd.DataFrame, palette: Mapping[str, str], others: int = 0) -> pd.DataFrame:
    """A series in which several names without a colour become one, such as `4 others`.

    `others` is how many the series itself has added up under the key `OTHER`, whatever that is called.
    """
    has_colour = frame["name"].isin(list(palette)) & (frame["key"] != OTHER)
    count = frame.loc[~has_colour & (frame["key"] != OTHER), "name"].nunique() + others
    if count < 2:
        return frame
    folded = frame.assign(
        key=frame["key"].where(has_colour, OTHER),
        name=frame["name"].where(has_colour, counted(count, "other")),
    )
    keys = ["start", "bucket", "key", "name", "complete"]
    return folded.groupby(keys, sort=False, as_index=False)[["jobs", "cents"]].sum()


@dataclass
class Total:
    """A bucket of a series by its label, with its jobs and cents."""

    bucket: str
    complete: bool
    jobs: int = 0
    cents: int = 0


def totals(frame: pd.DataFrame) -> list[Total]:
    """The buckets of a series, in order. Plain numbers: grouping a frame costs ten times as much."""
    found: dict[str, Total] = {}
    columns = [frame[name].tolist() for name in ("bucket", "complete", "jobs", "cents")]
    for bucket, complete, jobs, cents in zip(*columns, strict=True):
        total = found.setdefault(bucket, Total(bucket, complete))
        total.jobs += jobs
        total.cents += cents
    return list(found.values())


def values(column: pd.Series[int]) -> list[int | None]:
    """The numbers of a column; None where one is missing."""
    missing = column.isna().tolist()
    return [None if gone else one for one, gone in zip(column.tolist(), missing, strict=True)]


def dollars(cents: Iterable[int | None]) -> list[str]:
    """Exact dollars for tooltips; empty if the cents are missing."""
    return ["" if one is None else format_cents(one) for one in cents]


def _labels(starts: Sequence[datetime], bucket: Bucket, zone: ZoneInfo) -> dict[datetime, str]:
    distinct = list(dict.fromkeys(starts))
    return dict(zip(distinct, bucket_labels(distinct, bucket, zone), strict=True))


def _times(starts: Sequence[datetime], zone: ZoneInfo) -> pd.Series[pd.Timestamp]:
    return pd.Series(pd.DatetimeIndex(list(starts), tz="UTC").tz_convert(zone))


def _texts(values: Sequence[str]) -> pd.Series[str]:
    return pd.Series(values, dtype="str")


def _whole(values: Sequence[int]) -> pd.Series[int]:
    return pd.Series(values, dtype="int64")


def month(spent: Sequence[tuple[date, int]], ahead: Sequence[DayEstimate]) -> pd.DataFrame:
    """One row per day and part: day, bucket (its label), part, cumulative_cents, low_cents, high_cents.

    `spent` has the cents of each day up to today, `ahead` the estimates from today on. The forecast's line
    starts at the current spend; today's estimate is included only on the last day of the month.
    """
    so_far = list(accumulate(cents for _, cents in spent))
    rows: list[tuple[date, str, int, int | None, int | None]] = [
        (day, "spent", cents, None, None) for (day, _), cents in zip(spent, so_far, strict=True)
    ]
    if len(ahead) > 1:
        rows.append((spent[-1][0], "forecast", so_far[-1], so_far[-1], so_far[-1]))
        ahead = ahead[1:]
    rows += [(one.day, "forecast", one.cents, one.low, one.high) for one in ahead]
    return pd.DataFrame(
        {
            "day": _texts([row[0].isoformat() for row in rows]),
            "bucket": _texts([day_label(row[0], year=False) for row in rows]),
            "part": _texts([row[1] for row in rows]),
            "cumulative_cents": _whole([row[2] for row in rows]),
            "low_cents": pd.array([row[3] for row in rows], dtype="Int64"),
            "high_cents": pd.array([row[4] for row in rows], dtype="Int64"),
        }
    )
