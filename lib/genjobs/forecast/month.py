"""Spend to the end of a month: actual spend, the forecast, and the error of past forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import numpy as np

from genjobs.domain.estimates import DayEstimate
from genjobs.forecast.calibration import LATELY, Calibrated, Estimate, Method, calibrated, estimates, tries
from genjobs.forecast.model import FEWEST_DAYS, Numbers

HISTORY_DAYS = 180
FEWEST_TRIES = 3


@dataclass(frozen=True)
class BackTest:
    """Results of forecasts made in hindsight, some days apart, over as many days as the real one.

    `error` is the median relative error; `inside` counts those whose band contained the real value.
    """

    tries: int
    days: int
    error: float
    inside: int


@dataclass(frozen=True)
class MonthForecast:
    """The days from today to the end of the month, and the back-test; None if the history is too short."""

    days: tuple[DayEstimate, ...]
    method: Method
    tested: BackTest | None


@dataclass(frozen=True)
class NoForecast:
    """Why there is no forecast, in one sentence."""

    reason: str


def forecast_month(
    first: date, history: Sequence[int], month_to_date: int, today: int, last: date
) -> MonthForecast | NoForecast:
    """Forecast up to the day `last`, included.

    `history` has the cents of each complete day from `first` to yesterday; `month_to_date` is the month's
    spend including `today`, the cents of today so far. Days before the first spend are ignored.
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
    made, *before = estimates(first, known, [len(known), *tries(known)], ahead)
    found = calibrated(made, before, known)
    return MonthForecast(
        _days(now, found, month_to_date, today), found.method, back_test(before, known, ahead)
    )


def back_test(before: Sequence[Estimate], cents: Numbers, days: int) -> BackTest | None:
    """Repeat the forecast of `days` days at past dates, each time only with what was known until then."""
    ended = [place for place, one in enumerate(before) if one.at + days <= len(cents)]
    tested = [_test(before, place, cents, days) for place in ended if len(before) - place > LATELY]
    off = [error for error, _ in tested if error is not None]
    if len(off) < FEWEST_TRIES:
        return None
    return BackTest(len(tested), days, median(off), sum(inside for _, inside in tested))


def _test(before: Sequence[Estimate], place: int, cents: Numbers, days: int) -> tuple[float | None, bool]:
    """The relative error of the sum, None without real spend, and whether the band contained it."""
    made = before[place]
    found = calibrated(made, before[place + 1 :], cents[: made.at])
    truth = float(cents[made.at : made.at + days].sum())
    off = abs(float(found.sums[-1]) - truth)
    return off / truth if truth else None, off <= float(found.half_widths[-1])


def _days(first: date, found: Calibrated, month_to_date: int, today: int) -> tuple[DayEstimate, ...]:
    """The estimates by day; what today has already spent is subtracted from its estimate."""
    coming = np.diff(found.sums, prepend=0.0)
    coming[0] = max(0.0, coming[0] - today)
    sums = month_to_date + np.cumsum(coming)
    low, high = np.maximum(sums - found.half_widths, month_to_date), sums + found.half_widths
    return tuple(
        DayEstimate(first + timedelta(place), round(low[place]), round(sums[place]), round(high[place]))
        for place in range(len(sums))
    )
