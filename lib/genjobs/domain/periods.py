"""Periods of local days: half-open, from one local midnight to another of a named zone.

Days are calendar days: a day on which the clocks change has 23 or 25 hours, and a period keeps its number of
days. If the clocks skip midnight, a day begins with the first moment that exists.
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
    """The ranges that the picker offers; all but the last move with the current time."""

    TODAY = "today"
    DAYS_7 = "7-days"
    DAYS_30 = "30-days"
    DAYS_90 = "90-days"
    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    YEAR_TO_DATE = "year-to-date"
    CUSTOM = "custom"


class Against(StrEnum):
    """What a period is compared with."""

    BEFORE = "before"
    LAST_YEAR = "last-year"
    OWN = "own"
    NOTHING = "nothing"


class Bucket(StrEnum):
    """The interval that a period is divided into, with the database's names."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_MONTHS = (Preset.THIS_MONTH, Preset.LAST_MONTH)
_ROLLING = {Preset.TODAY: 1, Preset.DAYS_7: 7, Preset.DAYS_30: 30, Preset.DAYS_90: 90}
_HOURS = {Bucket.HOUR: 1, Bucket.DAY: 24, Bucket.WEEK: 168, Bucket.MONTH: 730}
_LONGEST_IN_DAYS = ((2, Bucket.HOUR), (92, Bucket.DAY), (731, Bucket.WEEK))


@dataclass(frozen=True)
class Span:
    """The time from `start` (included) to `end` (not included), both aware and in UTC."""

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
        """The whole period as a span of time."""
        return Span(midnight(self.first, self.zone), midnight(self.last + timedelta(1), self.zone))

    def stretch(self, day: date, bucket: Bucket) -> Period:
        """The days of the bucket that begins on `day`, as far as they lie in the period."""
        last = day
        if bucket is Bucket.WEEK:
            last = day + timedelta(6 - day.weekday())
        if bucket is Bucket.MONTH:
            last = month_of(day, self.zone).last
        return Period(day, min(last, self.last), self.zone)

    def previous(self) -> Period:
        """The period of the same number of days right before."""
        return Period(self.first - timedelta(self.days), self.first - timedelta(1), self.zone)

    def until(self, now: datetime) -> Period:
        """The days that have begun by `now`; the first day alone when none has."""
        return Period(
            self.first, max(self.first, min(self.last, now.astimezone(self.zone).date())), self.zone
        )

    def is_running(self, now: datetime) -> bool:
        """Whether `now` lies inside, so that the period is not complete."""
        return self.span.start <= now < self.span.end


def begin_of(bucket: Bucket, local: datetime) -> datetime:
    """When the hour, day, week (from Monday) or month of a local time begins, by its clock and calendar."""
    if bucket is Bucket.HOUR:
        return local.replace(minute=0, second=0, microsecond=0)
    day = datetime.combine(local.date(), time())
    if bucket is Bucket.WEEK:
        return day - timedelta(day.weekday())
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC: the earlier one if midnight occurs twice."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def period_of(preset: Preset, now: datetime, zone: ZoneInfo) -> Period:
    """The period that a preset means at `now`; months and years are whole, even if they have not ended."""
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
    """The calendar month that contains a day."""
    following = (day.replace(day=1) + timedelta(32)).replace(day=1)
    return Period(day.replace(day=1), following - timedelta(1), zone)


@dataclass(frozen=True)
class Comparison:
    """What a period is compared with: whole days, and the span of them that counts.

    `is_cut` if the period has not ended, so that only the corresponding part counts.
    """

    days: Period
    span: Span
    is_cut: bool = False


def comparison(
    period: Period, preset: Preset, against: Against, now: datetime, own: Period | None = None
) -> Comparison | None:
    """What `period`, which `preset` meant at `now`, is compared with; None without a comparison.

    A month is compared with the calendar month before, a year to date with the year before, and any other
    period with as many days right before it. The days of a custom range, `own`, always count in full.
    Otherwise, if `period` has not ended, the comparison ends at the same day and local time, to the whole
    minute, but never after its last day: 30 March is compared with all of February.
    """
    if against is Against.NOTHING or against is Against.OWN:
        return Comparison(own, own.span) if own and against is Against.OWN else None
    by_year = against is Against.LAST_YEAR or preset is Preset.YEAR_TO_DATE
    days = _year_before(period, preset) if by_year else _before(period, preset)
    if not period.is_running(now):
        return Comparison(days, days.span)
    cut = _like(period, days, now.astimezone(period.zone), by_year).astimezone(UTC)
    until = max(days.span.start, min(cut, days.span.end))
    return Comparison(days.until(until - timedelta(microseconds=1)), Span(days.span.start, until), True)


def _before(period: Period, preset: Preset) -> Period:
    if preset in _MONTHS:
        return month_of(period.first - timedelta(1), period.zone)
    return period.previous()


def _year_before(period: Period, preset: Preset) -> Period:
    last = _year_earlier(period.last)
    if preset in _MONTHS:
        return month_of(last, period.zone)
    longest = last - timedelta(LONGEST_PERIOD_DAYS - 1)
    return Period(max(_year_earlier(period.first), longest), last, period.zone)


def _year_earlier(day: date) -> date:
    """The same date a year earlier; 28 February for 29 February."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _like(period: Period, days: Period, local: datetime, by_year: bool) -> datetime:
    """The moment in `days` that corresponds to `local` in `period`, or else the next day."""
    time_of_day = local.time().replace(second=0, microsecond=0)
    if not by_year:
        return datetime.combine(days.first + (local.date() - period.first), time_of_day, days.zone)
    day = _year_earlier(local.date())
    if day.day != local.day:
        day, time_of_day = day + timedelta(1), time()
    return datetime.combine(day, time_of_day, days.zone)


def bucket_for(period: Period) -> Bucket:
    """The bucket that divides a period into a number of bars that a chart can show."""
    fitting = (bucket for days, bucket in _LONGEST_IN_DAYS if period.days <= days)
    return next(fitting, Bucket.MONTH)


def buckets_for(period: Period) -> tuple[Bucket, ...]:
    """The buckets that divide a period into at most `MOST_BARS` bars, finest first."""
    return tuple(bucket for bucket, hours in _HOURS.items() if period.days * 24 <= MOST_BARS * hours)
