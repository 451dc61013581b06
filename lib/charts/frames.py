"""The data frames that charts are drawn from and that tables and files show. Money is whole cents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pandas as pd

from lib.charts.colours import OTHER, Theme, is_rest
from lib.charts.times import bucket_labels
from lib.domain.costs import HourOfWeek, Point, UnitCost
from lib.domain.money import format_cents
from lib.domain.periods import Bucket
from lib.domain.waterfall import Waterfall

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def series(points: Sequence[Point], names: Mapping[str, str], bucket: Bucket, zone: ZoneInfo) -> pd.DataFrame:
    """One row a bucket and name: start (in `zone`), bucket (its label), key, name, jobs, cents, complete."""
    labels = _labels([one.start for one in points], bucket, zone)
    return pd.DataFrame(
        {
            "start": _times([one.start for one in points], zone),
            "bucket": _texts([labels[one.start] for one in points]),
            "key": _texts([one.key for one in points]),
            "name": _texts([names.get(one.key, one.key) for one in points]),
            "jobs": _whole([one.jobs for one in points]),
            "cents": _whole([one.cents for one in points]),
            "complete": pd.Series([one.complete for one in points], dtype="bool"),
        }
    )


def unit_costs(rows: Sequence[UnitCost], bucket: Bucket, zone: ZoneInfo) -> pd.DataFrame:
    """One row a bucket: start, bucket, jobs, cents, p50_cents and p95_cents, complete."""
    labels = _labels([one.start for one in rows], bucket, zone)
    return pd.DataFrame(
        {
            "start": _times([one.start for one in rows], zone),
            "bucket": _texts([labels[one.start] for one in rows]),
            "jobs": _whole([one.jobs for one in rows]),
            "cents": _whole([one.cents for one in rows]),
            "p50_cents": pd.array([one.p50 for one in rows], dtype="Int64"),
            "p95_cents": pd.array([one.p95 for one in rows], dtype="Int64"),
            "complete": pd.Series([one.complete for one in rows], dtype="bool"),
        }
    )


def heat(rows: Sequence[HourOfWeek]) -> pd.DataFrame:
    """One row an hour of the week, all 168: weekday (its name), hour (0 to 23), jobs, cents."""
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
        "Mix of modes": parts.mix,
        "Cost of a job": parts.unit_cost,
        "Failures": parts.failures,
    }
    rows, level = [("Before", parts.before, 0, parts.before)], parts.before
    for step, cents in steps.items():
        rows.append((step, cents, level, level + cents))
        level += cents
    rows.append(("Now", parts.now, 0, parts.now))
    return pd.DataFrame(rows, columns=["step", "cents", "from_cents", "to_cents"])


def fold_rest(frame: pd.DataFrame, palette: Mapping[str, str], theme: Theme) -> pd.DataFrame:
    """A series in which the names without a colour of their own are one, `other`, where there are several."""
    rest = [name for name in frame["name"].unique() if is_rest(name, palette, theme)]
    if len(rest) < 2:
        return frame
    folded = frame.assign(
        key=frame["key"].where(~frame["name"].isin(rest), OTHER),
        name=frame["name"].where(~frame["name"].isin(rest), OTHER),
    )
    keys = ["start", "bucket", "key", "name", "complete"]
    return folded.groupby(keys, sort=False, as_index=False)[["jobs", "cents"]].sum()


def money(cents: pd.Series[int]) -> pd.Series[str]:
    """Cents written out exactly, for tooltips; empty where they are missing."""
    return cents.map(lambda one: "" if pd.isna(one) else format_cents(int(one)))


def _labels(starts: Sequence[datetime], bucket: Bucket, zone: ZoneInfo) -> dict[datetime, str]:
    distinct = list(dict.fromkeys(starts))
    return dict(zip(distinct, bucket_labels(distinct, bucket, zone), strict=True))


def _times(starts: Sequence[datetime], zone: ZoneInfo) -> pd.Series[pd.Timestamp]:
    return pd.Series(pd.DatetimeIndex(list(starts), tz="UTC").tz_convert(zone))


def _texts(values: Sequence[str]) -> pd.Series[str]:
    return pd.Series(values, dtype="str")


def _whole(values: Sequence[int]) -> pd.Series[int]:
    return pd.Series(values, dtype="int64")
