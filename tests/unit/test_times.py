from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjobs.domain.times import clock, exact, named_zone, relative, zone_names

NOW = datetime(2026, 11, 23, 4, 37, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (3600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 d ago"),
        (30 * 86_400, "1 mo ago"),
        (800 * 86_400, "2 y ago"),
        (-120, "in 2 min"),
        (-59, "just now"),
    ],
)
def test_the_distance_is_told_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert relative(NOW - timedelta(seconds=seconds), NOW) == words


@given(st.datetimes(timezones=st.just(UTC)), st.timezones())
def test_the_same_moment_in_another_zone_is_as_long_ago(then: datetime, zone: ZoneInfo) -> None:
    try:
        elsewhere = then.astimezone(zone)
    except OverflowError:
        return
    assert relative(elsewhere, NOW) == relative(then, NOW)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("UTC", "23 Nov 2026, 04:37:03 UTC"),
        ("Europe/Berlin", "23 Nov 2026, 05:37:03 CET"),
        ("America/New_York", "22 Nov 2026, 23:37:03 EST"),
        ("Asia/Dubai", "23 Nov 2026, 08:37:03 +04 (Asia/Dubai)"),
        ("Asia/Kathmandu", "23 Nov 2026, 10:22:03 +0545 (Asia/Kathmandu)"),
    ],
)
def test_a_moment_is_written_in_the_readers_zone_with_the_zone_named(name: str, words: str) -> None:
    assert exact(NOW, named_zone(name)) == words


def test_the_hour_that_comes_twice_is_told_apart_by_its_zone_name() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    berlin = named_zone("Europe/Berlin")
    assert exact(first, berlin).endswith("02:30:00 CEST")
    assert exact(first + timedelta(hours=1), berlin).endswith("02:30:00 CET")


@pytest.mark.parametrize(
    ("name", "hours", "words"),
    [
        ("UTC", 0, "04:37:03"),
        ("Europe/Berlin", 0, "05:37:03"),
        ("UTC", 5, "22 Nov 2026, 23:37:03"),
        ("America/New_York", 5, "18:37:03"),
    ],
)
def test_a_time_of_day_names_the_day_only_where_it_is_another(name: str, hours: int, words: str) -> None:
    assert clock(NOW - timedelta(hours=hours), NOW, named_zone(name)) == words


@pytest.mark.parametrize("name", [None, "", "Nowhere/Land", "../etc/passwd", "Europe", "a\x00b"])
def test_a_zone_that_is_not_there_is_utc(name: str | None) -> None:
    assert named_zone(name).key == "UTC"


def test_days_are_counted_by_zones_that_the_database_reads_as_this_machine_does() -> None:
    assert {"UTC", "Europe/Berlin", "Asia/Kathmandu", "Japan", "EST5EDT", "Etc/GMT+5"} <= set(zone_names())
    assert not {"CET", "EET", "NZ-CHAT", "W-SU", "GMT0", "GMT+0", "localtime"} & set(zone_names())
    assert named_zone("NZ-CHAT").key == "NZ-CHAT"
