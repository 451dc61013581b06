"""Money is a whole number of US cents from the table to the screen; it never becomes a float."""

from __future__ import annotations


def format_cents(cents: int) -> str:
    """Cents as dollars: 123456 → `$1,234.56`, -5 → `-$0.05`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}.{rest:02d}"
