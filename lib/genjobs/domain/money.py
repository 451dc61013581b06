"""Money is a whole number of US cents from the table to the screen; it never becomes a float."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal


def format_cents(cents: int) -> str:
    """Cents as dollars: 123456 → `$1,234.56`, -5 → `-$0.05`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}.{rest:02d}"


def format_mean_cents(cents: Decimal) -> str:
    """A mean, which may lie between two cents, as dollars to the nearest cent; halves go to the even cent."""
    return format_cents(int(cents.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)))
