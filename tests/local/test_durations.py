"""Durations as Go reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from genjobs.local.auth.durations import duration


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24h", timedelta(hours=24)),
        ("1.5h", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1h1h", timedelta(hours=2)),
        (".5s", timedelta(milliseconds=500)),
        ("1.m", timedelta(minutes=1)),
        ("-1m30s", timedelta(seconds=-90)),
        ("+2ms", timedelta(milliseconds=2)),
        ("1500ns", timedelta(microseconds=1)),
        ("1us1µs1μs", timedelta(microseconds=3)),
        ("0", timedelta(0)),
        ("2562047h47m16.854775807s", timedelta(microseconds=(2**63 - 1) // 1000)),
    ],
)
def test_what_go_reads(text: str, expected: timedelta) -> None:
    assert duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "h",
        "1d",
        "1 h",
        "1h ",
        "1e3h",
        "1.2.3h",
        "1h-1m",
        "٣h",
        "2562047h47m17s",
        "80000000h",
        "9" * 5000,
    ],
)
def test_what_go_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="invalid duration"):
        duration(text)
