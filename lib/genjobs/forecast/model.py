"""The model: each weekday has its own level, all of them grow or shrink together by a steady rate.

A quasi-Poisson regression with a log link: estimates are never negative, days without any spend are welcome,
and the spread is measured from the data instead of assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Days = npt.NDArray[np.int_]

FEWEST_DAYS = 28
DAYS_FOR_TREND = 56
FITTED_DAYS = 84
MOST_STEPS = 100
CONVERGED = 1e-9
"""The largest change of a fitted mean in a step, as a part of it, after which there is no further one."""


@dataclass(frozen=True)
class Ahead:
    """Estimates for days in a row: cents of each, and the deviation of their sum up to each."""

    cents: Numbers
    deviations: Numbers


def look_ahead(first: date, cents: Numbers, days: int) -> Ahead:
    """Fit the last `FITTED_DAYS` of `cents`, one a day from `first` on, and estimate the `days` after them.

    ValueError when there are fewer than `FEWEST_DAYS` of them, or none with spend.
    """
    if len(cents) < FEWEST_DAYS or not cents.any():
        raise ValueError("too few days, or none with spend")
    known = np.arange(len(cents))[-FITTED_DAYS:]
    coming = np.arange(len(cents), len(cents) + days)
    busy = _busy_weekdays(first, known, cents)
    used = known[np.isin(_weekday(first, known), busy)]
    design = partial(_design, first, busy=busy, end=len(cents), trend=_has_trend(used, cents))
    return _estimate(
        fitted(cents[used], design(used)), design(coming), np.isin(_weekday(first, coming), busy)
    )


@dataclass(frozen=True)
class Fit:
    """The parameters with their covariance, and by how much the variance exceeds the mean."""

    parameters: Numbers
    covariance: Numbers
    scale: float


def fitted(cents: Numbers, design: Numbers) -> Fit:
    """The quasi-Poisson fit of `cents`, one a row of `design`, which needs more rows than columns.

    By iteratively reweighted least squares.
    """
    mean = (cents + cents.mean()) / 2
    for _ in range(MOST_STEPS):
        root = np.sqrt(mean)
        target = np.log(mean) + (cents - mean) / mean
        parameters = np.linalg.lstsq(design * root[:, None], target * root)[0]
        before, mean = mean, np.exp(design @ parameters)
        if np.abs(mean - before).max(initial=0.0) <= CONVERGED * mean.max():
            break
    scale = float(((cents - mean) ** 2 / mean).sum()) / (len(cents) - design.shape[1])
    return Fit(parameters, scale * np.linalg.pinv(design.T * mean @ design), scale)


def _estimate(fit: Fit, design: Numbers, open_days: npt.NDArray[np.bool_]) -> Ahead:
    mean = np.where(open_days, np.exp(design @ fit.parameters), 0.0)
    slopes = np.cumsum(mean[:, None] * design, axis=0)
    of_parameters = np.einsum("ij,jk,ik->i", slopes, fit.covariance, slopes)
    return Ahead(mean, np.sqrt(fit.scale * np.cumsum(mean) + of_parameters))


def _design(first: date, days: Days, busy: Days, end: int, trend: bool) -> Numbers:
    """One column a busy weekday, and one for the weeks until `end` where there is a trend."""
    columns: Numbers = (_weekday(first, days)[:, None] == busy[None, :]).astype(np.float64)
    return np.column_stack([columns, (days - end) / 7]) if trend else columns


def _has_trend(days: Days, cents: Numbers) -> bool:
    """Whether a rate can be told: with spend in the last week alone, or in the first, it would be endless."""
    spent = days[cents[days] > 0]
    return len(cents) >= DAYS_FOR_TREND and bool(spent[0] + 7 <= spent[-1])


def _busy_weekdays(first: date, days: Days, cents: Numbers) -> Days:
    weekdays = _weekday(first, days)
    return np.array([one for one in range(7) if cents[days][weekdays == one].any()])


def _weekday(first: date, days: Days) -> Days:
    return (days + first.weekday()) % 7
