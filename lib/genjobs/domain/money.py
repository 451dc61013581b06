"""Money is a whole number of US cents from the table to the screen; it never becomes a float."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

_UNITS = {"K": 10**5, "M": 10**8, "B": 10**11, "T": 10**14}
"""Cents of a thousand, million, billion and trillion dollars."""


def format_cents(cents: int) -> str:
    """Cents as dollars: 123456 → `$1,234.56`, -5 → `-$0.05`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}.{rest:02d}"


def format_mean_cents(cents: Decimal) -> str:
    """A mean of cents as dollars, rounded to the nearest cent; halves go to the even cent."""
    return format_cents(int(cents.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)))


def format_dollars(cents: int) -> str:
    """To the nearest dollar, halves away from zero: 351249 → `$3,512`."""
    sign = "-" if cents <= -50 else ""
    return f"{sign}${(abs(cents) + 50) // 100:,}"


def format_short(cents: int, longest: int) -> str:
    """Exactly where that takes at most `longest` characters, else rounded with a unit: `$20.0M`."""
    exact, size = format_cents(cents), abs(cents)
    if len(exact) <= longest or size < _UNITS["K"]:
        return exact
    rounded = {letter: (size * 10 + unit // 2) // unit for letter, unit in _UNITS.items()}
    letter = next((letter for letter, tenths in rounded.items() if tenths < 10_000), "T")
    tenths = rounded[letter]
    return f"{'-' if cents < 0 else ''}${tenths // 10:,}.{tenths % 10}{letter}"
