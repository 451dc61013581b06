"""Parts of 1 and changes, as screens show them.

A ratio is an exact fraction until it is formatted; None if it would divide by zero.
"""

from __future__ import annotations

from fractions import Fraction

MINUS = "−"


def relative_change(before: Fraction | int | None, now: Fraction | int | None) -> Fraction | None:
    """The change as a part of `before`; None if `before` is missing or not positive, or `now` is missing."""
    if before is None or now is None or before <= 0:
        return None
    return Fraction(now) / Fraction(before) - 1


def as_shown(part: Fraction) -> Fraction:
    """A part of 1 as it is shown: to a tenth of a percent, halves away from zero."""
    tenths = Fraction(int(abs(part) * 1000 + Fraction(1, 2)), 1000)
    return -tenths if part < 0 else tenths


def format_percent(part: Fraction, *, signed: bool = False) -> str:
    """A part of 1 with one decimal, halves away from zero: `12.5%`; with `signed`, `+12.5%` or `−3.0%`."""
    tenths = int(1000 * abs(as_shown(part)))
    sign = MINUS if part < 0 and tenths else "+" if signed and tenths else ""
    return f"{sign}{tenths // 10:,}.{tenths % 10}%"


def format_points(before: Fraction, now: Fraction) -> str:
    """The difference of two parts of 1 in percentage points: `+1.2 points`."""
    return format_percent(now - before, signed=True).replace("%", " points")
