"""Durations in Go's notation, which hosted projects use for bans: `24h`, `1.5h`, `1h30m`, `-1m`."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction

_UNITS = {
    "ns": Fraction(1, 1000),
    "us": Fraction(1),
    "µs": Fraction(1),
    "μs": Fraction(1),
    "ms": Fraction(1000),
    "s": Fraction(10**6),
    "m": Fraction(60 * 10**6),
    "h": Fraction(3600 * 10**6),
}
_PART = r"([0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(ns|us|µs|μs|ms|s|m|h)"
_WHOLE = re.compile(rf"[+-]?(?:0|(?:{_PART})+)")
MOST_MICROSECONDS = (2**63 - 1) // 1000
"""Go counts nanoseconds in 64 bits: about 292 years."""


def duration(text: str) -> timedelta:
    """The duration, in whole microseconds. Raises ValueError for what Go would not accept."""
    if not _WHOLE.fullmatch(text):
        raise ValueError(f'time: invalid duration "{text}"')
    microseconds = sum(Fraction(number) * _UNITS[unit] for number, unit in re.findall(_PART, text))
    if int(microseconds) > MOST_MICROSECONDS:
        raise ValueError(f'time: invalid duration "{text}"')
    return timedelta(microseconds=int(microseconds)) * (-1 if text.startswith("-") else 1)
