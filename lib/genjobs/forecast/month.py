"""Spend to the end of a month: what is spent, what is probably to come, how far off such estimates were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np

from genjobs.domain.estimates import DayEstimate
from genjobs.forecast.model import FEWEST_DAYS, Numbers, look_ahead

HISTORY_DAYS = 180
TRIES = 8
FEWEST_TRIES = 3


@dataclass(frozen=True)
class BackTest:
    """Forecasts made in hindsight, a week apart, over as many days as the real one.

    `error` is the median distance from the truth as a part of it; `inside` counts those whose band held it.
    """

    tries: int
    days: int
    error: float
    inside: int


@dataclass(frozen=True)
class MonthForecast:
    """The days from today to the month's last, and how such forecasts did; None with too short a past."""

    days: tuple[DayEstimate, ...]
    tested: BackTest | None


@dataclass(frozen=True)
class NoForecast:
    """Why there is none, in one sentence."""

    reason: str


def forecast_month(
    first: date, history: Sequence[int], month_to_date: int, today: int, last: date
) -> MonthForecast | NoForecast:
    """Forecast up to the day `last`, included.

    `history` has the cents of each complete day from `first` to yesterday; `month_to_date` is the month's
    spend including `today`, the cents of the day that still runs. Days before the first spend do not count.
    """
    begun = next((place for place, cents in enumerate(history) if cents), len(history))
    first, known = first + timedelta(begun), np.array(history[begun:], dtype=float)
    if len(known) < FEWEST_DAYS:
        return NoForecast(
            f"No forecast: it needs {FEWEST_DAYS} complete days of spend, and there are {len(known)}."
        )
    now = first + timedelta(len(known))
    if not known[-FEWEST_DAYS:].any():
        return NoForecast(f"No forecast: nothing was spent in the last {FEWEST_DAYS} days.")
    if last < now:
        return NoForecast("No forecast: the month is over.")
    ahead = (last - now).days + 1
    return MonthForecast(_days(first, known, month_to_date, today, ahead), back_test(first, known, ahead))


def back_test(first: date, cents: Numbers, days: int) -> BackTest | None:
    """Repeat the forecast of `days` days in the past, each time with what was known then."""
    ends = range(len(cents) - days, FEWEST_DAYS - 1, -7)[:TRIES]
    tried = [found for end in ends if (found := _try(first, cents, end, days)) is not None]
    if len(tried) < FEWEST_TRIES:
        return None
    return BackTest(len(tried), days, median(error for error, _ in tried), sum(inside for _, inside in tried))


def _try(first: date, cents: Numbers, end: int, days: int) -> tuple[float, bool] | None:
    truth = float(cents[end : end + days].sum())
    if not truth or not cents[max(0, end - FEWEST_DAYS) : end].any():
        return None
    found = look_ahead(first, cents[:end], days)
    off = abs(float(found.cents.sum()) - truth)
    return off / truth, off <= float(found.half_widths[-1])


def _days(first: date, known: Numbers, month_to_date: int, today: int, ahead: int) -> tuple[DayEstimate, ...]:
    found = look_ahead(first, known, ahead)
    coming = found.cents.copy()
    coming[0] = max(0.0, coming[0] - today)
    sums, start = month_to_date + np.cumsum(coming), first + timedelta(len(known))
    low, high = np.maximum(sums - found.half_widths, month_to_date), sums + found.half_widths
    return tuple(
        DayEstimate(start + timedelta(place), round(low[place]), round(sums[place]), round(high[place]))
        for place in range(ahead)
    )
