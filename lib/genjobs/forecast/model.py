"""The model: each weekday has its own level, and all levels grow or shrink together at a steady rate.

A quasi-Poisson regression with a log link: estimates are never negative, days without spend are allowed, and
the spread is measured from the data instead of assumed. Many fits run at once, each up to a different day,
because a forecast is tested on the past before it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Days = npt.NDArray[np.int_]
Flags = npt.NDArray[np.bool_]

FEWEST_DAYS = 28
DAYS_FOR_TREND = 56
FITTED_DAYS = 84
MOST_STEPS = 100
CONVERGED = 1e-9
"""Fitting stops once no fitted mean changes by more than this part of the largest."""


@dataclass(frozen=True)
class Ahead:
    """Estimates for consecutive days: the cents of each, and the deviation of their sum up to each."""

    cents: Numbers
    deviations: Numbers


def look_ahead(first: date, cents: Numbers, ends: Sequence[int], days: int) -> list[Ahead]:
    """For each of `ends`, fit the last `FITTED_DAYS` of `cents` before it, and estimate the `days` after.

    `cents` has one number per day from `first` on. Raises ValueError if there are fewer than `FEWEST_DAYS`
    before an end, or if no fitted day has spend.
    """
    upto = np.array(ends)
    known = upto[:, None] + np.arange(-FITTED_DAYS, 0)
    spent = np.where(known >= 0, cents[np.maximum(known, 0)], 0.0)
    if min(ends) < FEWEST_DAYS or not spent.any(axis=1).all():
        raise ValueError("too few days, or none with spend")
    weekdays = _weekdays(first, known)
    open_weekdays: Flags = np.logical_or.reduce(weekdays & (spent > 0)[:, :, None], axis=1)
    used = (known >= 0) & _on(weekdays, open_weekdays)
    trends = _have_trend(used, spent, upto)
    fit = fitted(spent, _design(weekdays, known, upto, open_weekdays, trends) * used[:, :, None], used)
    coming = upto[:, None] + np.arange(days)
    weekdays = _weekdays(first, coming)
    design = _design(weekdays, coming, upto, open_weekdays, trends)
    return _estimate(fit, design, _on(weekdays, open_weekdays))


@dataclass(frozen=True)
class Fits:
    """For each fit: the parameters with their covariance, and the ratio of variance to mean."""

    parameters: Numbers
    covariances: Numbers
    scales: Numbers


def fitted(cents: Numbers, designs: Numbers, used: Flags) -> Fits:
    """Quasi-Poisson fits of each row of `cents`, where `used`; `designs` has fits, rows and columns.

    By iteratively reweighted least squares, all fits together. A column of zeros gets the parameter 0.
    """
    present: Flags = np.logical_or.reduce(designs != 0, axis=1)
    absent = ~present[:, :, None] * np.eye(designs.shape[2])
    rows, many = designs.transpose(0, 2, 1), used.sum(axis=1)
    mean = (cents + (cents.sum(axis=1) / many)[:, None]) / 2 * used
    eta = np.log(mean, where=used, out=np.zeros_like(mean))
    for _ in range(MOST_STEPS):
        target = mean * eta + (cents - mean) * used
        parameters = np.linalg.solve(rows * mean[:, None] @ designs + absent, rows @ target[:, :, None])
        eta = (designs @ parameters)[:, :, 0]
        before, mean = mean, np.exp(eta) * used
        if (np.abs(mean - before) <= CONVERGED * mean.max(axis=1, keepdims=True)).all():
            break
    inverse = np.linalg.inv(rows * mean[:, None] @ designs + absent)
    off = np.divide((cents - mean) ** 2, mean, where=used, out=np.zeros_like(mean)).sum(axis=1)
    scales = off / (many - present.sum(axis=1))
    return Fits(parameters[:, :, 0], scales[:, None, None] * inverse, scales)


def _estimate(fits: Fits, designs: Numbers, open_days: Flags) -> list[Ahead]:
    mean = np.exp((designs @ fits.parameters[:, :, None])[:, :, 0]) * open_days
    slopes = np.cumsum(mean[:, :, None] * designs, axis=1)
    of_parameters = np.einsum("fij,fjk,fik->fi", slopes, fits.covariances, slopes)
    deviations = np.sqrt(fits.scales[:, None] * np.cumsum(mean, axis=1) + of_parameters)
    return [Ahead(*one) for one in zip(mean, deviations, strict=True)]


def _design(weekdays: Flags, days: Days, ends: Days, open_weekdays: Flags, trends: Flags) -> Numbers:
    """A column per weekday and one for the weeks until the end; all zeros if it is not used."""
    weeks = (days - ends[:, None]) / 7 * trends[:, None]
    return np.concatenate([weekdays * open_weekdays[:, None], weeks[:, :, None]], axis=2)


def _have_trend(used: Flags, spent: Numbers, ends: Days) -> Flags:
    """Whether a rate can be fitted: with spend only in the last or only in the first week it diverges."""
    some = used & (spent > 0)
    newest = FITTED_DAYS - 1 - some[:, ::-1].argmax(axis=1)
    found: Flags = (ends >= DAYS_FOR_TREND) & (some.argmax(axis=1) + 7 <= newest)
    return found


def _weekdays(first: date, days: Days) -> Flags:
    """For each day, which weekday it is."""
    found: Flags = ((days + first.weekday()) % 7)[:, :, None] == np.arange(7)
    return found


def _on(weekdays: Flags, open_weekdays: Flags) -> Flags:
    """The days that fall on an open weekday."""
    found: Flags = np.logical_or.reduce(weekdays & open_weekdays[:, None], axis=2)
    return found
