from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain.errors import InvalidInput
from genjobs.domain.periods import (
    LONGEST_PERIOD_DAYS,
    MOST_BARS,
    Bucket,
    Period,
    Preset,
    bucket_for,
    buckets_for,
    midnight,
    period_of,
)

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Casablanca",
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(2008, 1, 1), date(2036, 12, 31))
moments = st.datetimes(datetime(2008, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 5, 37, 41, tzinfo=UTC)


@given(days, zones)
def test_midnight_is_the_first_moment_of_its_day(day: date, zone: ZoneInfo) -> None:
    start = midnight(day, zone)
    assert start.astimezone(zone).date() >= day
    assert (start - timedelta(seconds=1)).astimezone(zone).date() < day


@given(days, st.integers(1, 400), zones)
def test_days_follow_each_other_without_gap_or_overlap(first: date, length: int, zone: ZoneInfo) -> None:
    period = Period(first, first + timedelta(length - 1), zone)
    assert period.previous().span.end == period.span.start
    assert period.previous().days == period.days == length


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)]
)
def test_a_day_of_clock_change_has_its_own_length(day: date, hours: int) -> None:
    span = Period(day, day, BERLIN).span
    assert span.end - span.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, date(2026, 11, 23), date(2026, 11, 23)),
        (Preset.DAYS_7, date(2026, 11, 17), date(2026, 11, 23)),
        (Preset.DAYS_30, date(2026, 10, 25), date(2026, 11, 23)),
        (Preset.DAYS_90, date(2026, 8, 26), date(2026, 11, 23)),
        (Preset.THIS_MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        (Preset.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Preset.YEAR_TO_DATE, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_presets_are_counted_in_local_days(preset: Preset, first: date, last: date) -> None:
    assert period_of(preset, NOW, BERLIN) == Period(first, last, BERLIN)


def test_today_is_the_readers_today() -> None:
    assert period_of(Preset.TODAY, NOW, ZoneInfo("America/Los_Angeles")).first == date(2026, 11, 22)


@given(st.sampled_from([one for one in Preset if one is not Preset.CUSTOM]), moments, zones)
def test_every_preset_but_last_month_holds_the_moment(preset: Preset, now: datetime, zone: ZoneInfo) -> None:
    assert period_of(preset, now, zone).is_running(now) is (preset is not Preset.LAST_MONTH)


def test_a_custom_range_needs_its_days() -> None:
    with pytest.raises(InvalidInput):
        period_of(Preset.CUSTOM, NOW, BERLIN)


def test_impossible_ranges_are_refused() -> None:
    with pytest.raises(InvalidInput, match="before it starts"):
        Period(date(2026, 2, 2), date(2026, 2, 1), BERLIN)
    with pytest.raises(InvalidInput, match="days"):
        Period(date(2000, 1, 1), date(2000, 1, 1) + timedelta(LONGEST_PERIOD_DAYS), BERLIN)


def test_a_running_period_is_read_up_to_today() -> None:
    month = period_of(Preset.THIS_MONTH, NOW, BERLIN)
    assert month.until(NOW).last == date(2026, 11, 23)
    assert month.until(datetime(2026, 10, 1, tzinfo=UTC)).last == date(2026, 11, 1)
    assert month.until(datetime(2027, 1, 1, tzinfo=UTC)) == month


@pytest.mark.parametrize(
    ("length", "bucket"),
    [
        (1, Bucket.HOUR),
        (2, Bucket.HOUR),
        (3, Bucket.DAY),
        (92, Bucket.DAY),
        (93, Bucket.WEEK),
        (732, Bucket.MONTH),
    ],
)
def test_longer_periods_have_coarser_buckets(length: int, bucket: Bucket) -> None:
    first = date(2024, 1, 1)
    period = Period(first, first + timedelta(length - 1), BERLIN)
    assert bucket_for(period) is bucket


@given(days, st.integers(1, LONGEST_PERIOD_DAYS))
def test_the_chosen_bucket_is_among_those_offered(first: date, length: int) -> None:
    period = Period(first, first + timedelta(length - 1), BERLIN)
    offered = buckets_for(period)
    assert bucket_for(period) in offered
    assert Bucket.DAY not in offered or length <= MOST_BARS
