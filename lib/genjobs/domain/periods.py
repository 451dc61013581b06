"""Periods of local days: half-open, from one local midnight to another of a named zone.

Days are counted on the calendar, so a day in which the clocks change has 23 or 25 hours, and a period
keeps its number of days. Where the clocks skip midnight, a day begins with the first moment that exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from genjobs.domain.errors import InvalidInput

LONGEST_PERIOD_DAYS = 3660
MOST_BARS = 400


class Preset(StrEnum):
    """The ranges that the picker offers; all but the last follow the clock."""

    TODAY = "today"
    DAYS_7 = "7-days"
    DAYS_30 = "30-days"
    DAYS_90 = "90-days"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    YEAR_TO_DATE = "year-to-date"
    CUSTOM = "custom"


class Bucket(StrEnum):
    """How finely a period is cut, as the database names it."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_ROLLING = {Preset.TODAY: 1, Preset.DAYS_7: 7, Preset.DAYS_30: 30, Preset.DAYS_90: 90}
_HOURS = {Bucket.HOUR: 1, Bucket.DAY: 24, Bucket.WEEK: 168, Bucket.MONTH: 730}
_LONGEST_IN_DAYS = ((2, Bucket.HOUR), (92, Bucket.DAY), (731, Bucket.WEEK))


@dataclass(frozen=True)
class Span:
    """Moments from `start` (included) to `end` (not included), both aware and in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Period:
    """The local days from `first` to `last`, both included, in `zone`."""

    first: date
    last: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        """Refuse a period without days and one of more than ten years."""
        if self.last < self.first:
            raise InvalidInput(f"The range ends ({self.last}) before it starts ({self.first}).")
        if self.days > LONGEST_PERIOD_DAYS:
            raise InvalidInput(
                f"The range has {self.days:,} days.",
                hint=f"Choose at most {LONGEST_PERIOD_DAYS:,}, about ten years.",
            )

    @property
    def days(self) -> int:
        """How many local days there are, at least 1."""
        return (self.last - self.first).days + 1

    @property
    def span(self) -> Span:
        """The whole period as moments."""
        return Span(midnight(self.first, self.zone), midnight(self.last + timedelta(1), self.zone))

    def previous(self) -> Period:
        """The same number of days right before."""
        return Period(self.first - timedelta(self.days), self.first - timedelta(1), self.zone)

    def until(self, now: datetime) -> Period:
        """The days that have begun by `now`; the first day alone when none has."""
        return Period(
            self.first, max(self.first, min(self.last, now.astimezone(self.zone).date())), self.zone
        )

    def is_running(self, now: datetime) -> bool:
        """Whether `now` lies inside, so that the period is not complete."""
        return self.span.start <= now < self.span.end


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC: the earlier one where midnight comes twice."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period_of(preset: Preset, now: datetime, zone: ZoneInfo) -> Period:
    """The period that a preset means at `now`; whole calendar months and years, also where they still run."""
    today = now.astimezone(zone).date()
    if preset in _ROLLING:
        return Period(today - timedelta(_ROLLING[preset] - 1), today, zone)
    if preset is Preset.THIS_MONTH:
        return month_of(today, zone)
    if preset is Preset.LAST_MONTH:
        return month_of(today.replace(day=1) - timedelta(1), zone)
    if preset is Preset.YEAR_TO_DATE:
        return Period(today.replace(month=1, day=1), today.replace(month=12, day=31), zone)
    raise InvalidInput("A custom range needs its first and last day.")


def month_of(day: date, zone: ZoneInfo) -> Period:
    """The calendar month that a day lies in."""
    following = (day.replace(day=1) + timedelta(32)).replace(day=1)
    return Period(day.replace(day=1), following - timedelta(1), zone)


def comparison(period: Period, now: datetime) -> Span:
    """The previous period; while `period` runs, only its like part.

    That part ends as many days after its start as `now` is after the period's, at the same local time, to the
    whole minute, and never after its own end.
    """
    before = period.previous()
    if not period.is_running(now):
        return before.span
    local = now.astimezone(period.zone).replace(second=0, microsecond=0)
    day = before.first + (local.date() - period.first)
    cut = datetime.combine(day, local.time(), period.zone).astimezone(UTC)
    return Span(before.span.start, max(before.span.start, min(cut, before.span.end)))


def bucket_for(period: Period) -> Bucket:
    """The bucket that cuts a period into a number of bars that a chart can show."""
    fitting = (bucket for days, bucket in _LONGEST_IN_DAYS if period.days <= days)
    return next(fitting, Bucket.MONTH)


def buckets_for(period: Period) -> tuple[Bucket, ...]:
    """The buckets that cut a period into no more than `MOST_BARS` bars, finest first."""
    return tuple(bucket for bucket, hours in _HOURS.items() if period.days * 24 <= MOST_BARS * hours)
