"""Labels of time buckets: short, in the reader's zone, and never the same for two buckets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from genjobs.domain.periods import Bucket, Period

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
UNITS = {Bucket.HOUR: "hour", Bucket.DAY: "day", Bucket.WEEK: "week", Bucket.MONTH: "month"}


def bucket_labels(starts: Sequence[datetime], bucket: Bucket, zone: ZoneInfo) -> list[str]:
    """A label for each start, in order: `14:00`, `3 Nov`, `Nov`; with the day, year or zone where needed."""
    local = [start.astimezone(zone) for start in starts]
    days = len({one.date() for one in local}) > 1
    years = len({one.year for one in local}) > 1
    labels = [_label(one, bucket, days=days, years=years) for one in local]
    often = Counter(labels)
    return [
        f"{label} {one.tzname()}" if often[label] > 1 else label
        for label, one in zip(labels, local, strict=True)
    ]


def _label(local: datetime, bucket: Bucket, *, days: bool, years: bool) -> str:
    if bucket is Bucket.MONTH:
        return f"{_MONTHS[local.month - 1]} {local.year}" if years else _MONTHS[local.month - 1]
    day = day_label(local.date(), year=years)
    if bucket is Bucket.HOUR:
        return f"{day} {local:%H:%M}" if days else f"{local:%H:%M}"
    return day


def day_label(day: date, *, year: bool = True) -> str:
    """`3 Nov 2026`, or without its year."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}" if year else f"{day.day} {_MONTHS[day.month - 1]}"


def period_label(period: Period) -> str:
    """The days of a period and its zone: `25 Oct – 23 Nov 2026, Europe/Berlin`."""
    return f"{days_label(period)}, {period.zone.key}"


def days_label(period: Period) -> str:
    """The days of a period: `25 Oct – 23 Nov 2026`, or one day."""
    last = day_label(period.last)
    if period.first == period.last:
        return last
    return f"{day_label(period.first, year=period.first.year != period.last.year)} – {last}"
