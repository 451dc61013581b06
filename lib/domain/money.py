"""Money is a whole number of US cents from the table to the screen; it never becomes a float."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Decimal

from lib.domain.errors import InvalidInput
from lib.domain.inputs import check_cents

_DOLLARS = re.compile(r"\$?\s*(?P<whole>\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(?P<part>\d{1,2}))?", re.ASCII)


def format_cents(cents: int) -> str:
    """Cents as dollars: 123456 → `$1,234.56`, -5 → `-$0.05`."""
    sign = "-" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}.{rest:02d}"


def format_mean_cents(cents: Decimal) -> str:
    """A mean, which may lie between two cents, as dollars to the nearest cent; halves go to the even cent."""
    return format_cents(int(cents.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)))


def parse_dollars(text: str) -> int:
    """Cents from what a person types: `12.5`, `$1,234.56`; InvalidInput for anything else or too much."""
    found = _DOLLARS.fullmatch(text.strip())
    if found is None:
        raise InvalidInput(f"{text!r} is not an amount of dollars.", hint="Write it like 12.50 or $1,234.56.")
    whole, part = found["whole"].replace(",", ""), (found["part"] or "").ljust(2, "0")
    return check_cents("cost", int(whole) * 100 + int(part))
