"""Rows as the API returns them, with times that Python cannot hold."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from genjobs.domain.rows import EARLIEST, LATEST, parse_time
from genjobs.domain.times import exact, relative


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-11-27T12:00:00.5+01:00", datetime(2026, 11, 27, 11, 0, 0, 500_000, UTC)),
        ("infinity", LATEST),
        ("10000-01-01T00:00:00+00:00", LATEST),
        ("294276-12-31T00:00:00+00:00", LATEST),
        ("9999-12-31T23:59:59-12:00", LATEST),
        ("-infinity", EARLIEST),
        ("0044-03-15T00:00:00+00:00 BC", EARLIEST),
        ("0001-01-01T00:00:00+12:00", EARLIEST),
    ],
)
def test_a_time_of_postgresqls_is_the_nearest_that_every_zone_can_show(said: str, read: datetime) -> None:
    at = parse_time(said)
    assert at == read
    assert at.tzinfo is UTC
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Manila"):
        assert exact(at, ZoneInfo(zone))
    assert relative(at, datetime(2026, 11, 27, 12, tzinfo=UTC))


@pytest.mark.parametrize("said", ["", "soon", "Infinity", "2026-13-01T00:00:00+00:00"])
def test_what_is_no_time_is_not_read(said: str) -> None:
    with pytest.raises(ValueError, match=r"Invalid isoformat|month must be"):
        parse_time(said)
