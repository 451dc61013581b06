from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain.periods import (
    LONGEST_PERIOD_DAYS,
    Against,
    Comparison,
    Period,
    Preset,
    Span,
    comparison,
    month_of,
    period_of,
)
from tests.unit.test_periods import BERLIN, NOW, days, moments, zones

MONTHS = (Preset.THIS_MONTH, Preset.LAST_MONTH)
presets = st.sampled_from([one for one in Preset if one is not Preset.CUSTOM])
shifts = st.sampled_from([Against.BEFORE, Against.LAST_YEAR])
UTC_ZONE = ZoneInfo("UTC")


def of(preset: Preset, against: Against, now: datetime, zone: ZoneInfo = BERLIN) -> Comparison:
    found = comparison(period_of(preset, now, zone), preset, against, now)
    assert found
    return found


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def ends(found: Comparison) -> tuple[date, date]:
    return found.days.first, found.days.last


def test_october_is_compared_with_september() -> None:
    september = Period(date(2026, 9, 1), date(2026, 9, 30), BERLIN)
    assert of(Preset.LAST_MONTH, Against.BEFORE, NOW) == Comparison(september, september.span)


@given(st.sampled_from(MONTHS), moments, zones)
def test_a_month_is_compared_with_the_calendar_month_before(
    preset: Preset, now: datetime, zone: ZoneInfo
) -> None:
    period = period_of(preset, now, zone)
    found = of(preset, Against.BEFORE, now, zone)
    before = month_of(period.first - timedelta(1), zone)
    assert found.days.first == before.first
    assert found.span.start == before.span.start
    assert found.span.end <= before.span.end == period.span.start
    if preset is Preset.LAST_MONTH:
        assert (found.days, found.span, found.is_cut) == (before, before.span, False)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(2026, 11, 27, 14, 5), at(2026, 10, 27, 14, 5)),
        (at(2026, 3, 28, 14, 5), at(2026, 2, 28, 14, 5)),
        (at(2026, 3, 29, 14, 5), at(2026, 3, 1, 0)),
        (at(2026, 3, 31, 23, 59), at(2026, 3, 1, 0)),
        (at(2028, 3, 29, 14, 5), at(2028, 2, 29, 14, 5)),
        (at(2026, 1, 31, 9), at(2025, 12, 31, 9)),
    ],
)
def test_a_running_month_is_compared_with_the_same_part_of_the_one_before(
    now: datetime, until: datetime
) -> None:
    found = of(Preset.THIS_MONTH, Against.BEFORE, now, UTC_ZONE)
    assert found.span.end == until
    assert found.is_cut
    assert found.days.last == (until - timedelta(seconds=1)).date()


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(2026, 11, 27, 14, 5), at(2025, 11, 27, 14, 5)),
        (at(2029, 3, 1, 9), at(2028, 3, 1, 9)),
        (at(2028, 3, 1, 9), at(2027, 3, 1, 9)),
        (at(2028, 2, 29, 9), at(2027, 3, 1, 0)),
    ],
)
@pytest.mark.parametrize("against", [Against.BEFORE, Against.LAST_YEAR])
def test_a_running_year_is_compared_with_the_year_before_up_to_the_same_date(
    now: datetime, until: datetime, against: Against
) -> None:
    found = of(Preset.YEAR_TO_DATE, against, now, UTC_ZONE)
    assert found.span == Span(datetime(now.year - 1, 1, 1, tzinfo=UTC), until)


def test_other_ranges_are_compared_with_as_many_days_before_at_the_same_local_time() -> None:
    assert of(Preset.DAYS_7, Against.BEFORE, NOW).span == Span(
        datetime(2026, 11, 9, 23, tzinfo=UTC), datetime(2026, 11, 16, 5, 37, tzinfo=UTC)
    )


def test_the_same_part_keeps_the_local_time_across_a_clock_change() -> None:
    now = datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert of(Preset.DAYS_7, Against.BEFORE, now).span.end == datetime(2026, 10, 19, 8, tzinfo=UTC)


@given(days, st.integers(1, 400), zones, moments)
def test_a_custom_range_is_compared_with_as_many_days_before(
    first: date, length: int, zone: ZoneInfo, now: datetime
) -> None:
    period = Period(first, first + timedelta(length - 1), zone)
    found = comparison(period, Preset.CUSTOM, Against.BEFORE, now)
    assert found
    before = period.previous().span
    assert before.start == found.span.start <= found.span.end <= before.end
    assert found.is_cut is period.is_running(now)
    assert found.is_cut or found.span == before


@given(presets, shifts, zones, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_as_time_goes_on_no_less_is_compared(
    preset: Preset, against: Against, zone: ZoneInfo, now: datetime, passed: timedelta
) -> None:
    period = period_of(preset, now, zone)
    earlier = comparison(period, preset, against, now)
    later = comparison(period, preset, against, now + passed)
    assert earlier
    assert later
    # The hour in which clocks go back is shown twice: its second time counts no less than the first.
    assert earlier.span.end <= later.span.end + timedelta(hours=1)
    assert earlier.span.start == later.span.start


@given(presets, shifts, zones, moments)
def test_what_is_compared_lies_before_and_within_its_days(
    preset: Preset, against: Against, zone: ZoneInfo, now: datetime
) -> None:
    found = of(preset, against, now, zone)
    assert found.span.start == found.days.span.start
    assert found.span.end <= found.days.span.end
    assert found.span.end <= now or not found.is_cut


@given(presets, zones, moments)
def test_the_same_period_last_year_begins_on_the_same_date(
    preset: Preset, zone: ZoneInfo, now: datetime
) -> None:
    first = period_of(preset, now, zone).first
    found = of(preset, Against.LAST_YEAR, now, zone).days.first
    assert (found.year, found.month) == (first.year - 1, first.month)
    assert found.day == first.day or (first.month, first.day, found.day) == (2, 29, 28)


def test_last_month_a_year_ago_is_a_whole_month() -> None:
    assert ends(of(Preset.LAST_MONTH, Against.LAST_YEAR, at(2029, 3, 5), UTC_ZONE)) == (
        date(2028, 2, 1),
        date(2028, 2, 29),
    )


def test_the_longest_range_has_a_year_before() -> None:
    last = date(2032, 3, 1)
    period = Period(last - timedelta(LONGEST_PERIOD_DAYS - 1), last, UTC_ZONE)
    found = comparison(period, Preset.CUSTOM, Against.LAST_YEAR, NOW)
    assert found
    assert found.days.days <= LONGEST_PERIOD_DAYS


def test_a_range_of_ones_own_counts_as_it_is() -> None:
    own = Period(date(2026, 5, 1), date(2026, 5, 3), BERLIN)
    running = period_of(Preset.THIS_MONTH, NOW, BERLIN)
    assert comparison(running, Preset.THIS_MONTH, Against.OWN, NOW, own) == Comparison(own, own.span)


def test_nothing_is_compared_with_nothing() -> None:
    own = Period(date(2026, 5, 1), date(2026, 5, 3), BERLIN)
    running = period_of(Preset.THIS_MONTH, NOW, BERLIN)
    assert comparison(running, Preset.THIS_MONTH, Against.NOTHING, NOW, own) is None
