"""The model: each weekday has its own level, all of them grow or shrink together by a steady rate.

A quasi-Poisson regression with a log link (statsmodels): estimates are never negative, days without any spend
are welcome, and the spread is measured from the data instead of assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

Numbers = npt.NDArray[np.float64]

FEWEST_DAYS = 28
DAYS_FOR_TREND = 56
MOST_DAYS = 84
BAND = 0.8
KEPT = 512
_WIDTH = NormalDist().inv_cdf((1 + BAND) / 2)


@dataclass(frozen=True)
class Ahead:
    """Estimates for days in a row: cents of each, and the deviation of their sum up to each."""

    cents: Numbers
    deviations: Numbers

    @property
    def half_widths(self) -> Numbers:
        """How far the band of the running sum reaches to either side, in cents."""
        return self.deviations * _WIDTH


def look_ahead(first: date, cents: Numbers, days: int) -> Ahead:
    """Fit the last `MOST_DAYS` of `cents`, one a day from `first` on, and estimate the `days` after them.

    The same past has the same estimates, which are kept: a fit takes milliseconds, a forecast nine of them.
    ValueError when there are fewer than `FEWEST_DAYS` of them, or none with spend.
    """
    return _looked_ahead(first, np.ascontiguousarray(cents, dtype=np.float64).tobytes(), days)


@lru_cache(maxsize=KEPT)
def _looked_ahead(first: date, past: bytes, days: int) -> Ahead:
    cents = np.frombuffer(past)
    if len(cents) < FEWEST_DAYS or not cents.any():
        raise ValueError("too few days, or none with spend")
    known = np.arange(len(cents))[-MOST_DAYS:]
    coming = np.arange(len(cents), len(cents) + days)
    busy = _busy_weekdays(first, known, cents)
    used = known[np.isin(_weekday(first, known), busy)]
    fit = GLM(cents[used], _design(first, used, busy, len(cents)), family=Poisson()).fit(scale="X2")
    return _estimate(fit, _design(first, coming, busy, len(cents)), np.isin(_weekday(first, coming), busy))


def _estimate(fit: Any, design: Numbers, open_days: npt.NDArray[np.bool_]) -> Ahead:
    mean = np.where(open_days, np.exp(design @ fit.params), 0.0)
    slopes = np.cumsum(mean[:, None] * design, axis=0)
    of_parameters = np.einsum("ij,jk,ik->i", slopes, fit.cov_params(), slopes)
    ahead = Ahead(mean, np.sqrt(fit.scale * np.cumsum(mean) + of_parameters))
    for kept in (ahead.cents, ahead.deviations):
        kept.setflags(write=False)
    return ahead


def _design(first: date, days: npt.NDArray[np.int_], busy: Numbers, end: int) -> Numbers:
    """One column a busy weekday, and one for the weeks until `end`, where there are enough to see a trend."""
    columns: Numbers = (_weekday(first, days)[:, None] == busy[None, :]).astype(np.float64)
    if end < DAYS_FOR_TREND:
        return columns
    return np.column_stack([columns, (days - end) / 7])


def _busy_weekdays(first: date, days: npt.NDArray[np.int_], cents: Numbers) -> Numbers:
    weekdays = _weekday(first, days)
    return np.array([one for one in range(7) if cents[days][weekdays == one].any()])


def _weekday(first: date, days: npt.NDArray[np.int_]) -> npt.NDArray[np.int_]:
    return (days + first.weekday()) % 7
