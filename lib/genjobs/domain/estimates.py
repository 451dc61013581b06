"""Estimates of future spend. Money is whole cents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class DayEstimate:
    """The cumulative spend at the end of a day in whole cents, with the ends of its band."""

    day: date
    low: int
    cents: int
    high: int
