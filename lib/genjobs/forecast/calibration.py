"""Which estimate to go by, and how wide its band is: both are learned from how far off estimates were before.

Estimates are made in hindsight every few days of the past, as far ahead as the real one. Of the model and a
seasonal naive estimate, the one that was nearer lately is used. The band is a conformal quantile: it reaches
as many of the model's deviations to either side as held the wanted part of the past errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from genjobs.forecast.model import FEWEST_DAYS, Numbers, look_ahead

BAND = 0.8
DAYS_BETWEEN = 4
MOST_TRIES = 30
LATELY = 4
"""How many of the newest tries decide between the two, by their first `LATELY_DAYS` days."""
LATELY_DAYS = 7
CLEARLY = 0.75
"""The naive estimate is used where its error is below this part of the model's: it is the noisier one."""
STEADYING = 20
_NORMAL = [NormalDist().inv_cdf(0.5 + (place + 0.5) / (2 * STEADYING)) for place in range(STEADYING)]
"""Errors in deviations as the model expects them, beside the real ones: the quantile of a few would jump."""


class Method(StrEnum):
    """What an estimate is made by: the regression, or the weekdays of the last two weeks going on."""

    MODEL = "model"
    NAIVE = "naive"


@dataclass(frozen=True)
class Estimate:
    """Made after the first `at` days: the sums up to each day ahead by method, and their deviation."""

    at: int
    sums: dict[Method, Numbers]
    deviations: Numbers

    def errors(self, method: Method, cents: Numbers) -> Numbers:
        """How far off the sums were in cents, for the days that are among `cents`."""
        truth = np.cumsum(cents[self.at : self.at + len(self.deviations)])
        return np.abs(self.sums[method][: len(truth)] - truth)


@dataclass(frozen=True)
class Calibrated:
    """The cents up to each day ahead, how far their band reaches to either side, and by what method."""

    sums: Numbers
    half_widths: Numbers
    method: Method


def estimates(first: date, cents: Numbers, ends: Sequence[int], days: int) -> list[Estimate]:
    """What would be said after each of `ends` days; ValueError where one of them is too little to go by."""
    found = look_ahead(first, cents, ends, days)
    weeks = [cents[at - 14 : at].reshape(2, 7).mean(axis=0) for at in ends]
    return [
        Estimate(
            at,
            {Method.MODEL: np.cumsum(ahead.cents), Method.NAIVE: np.cumsum(np.resize(week, days))},
            np.maximum(ahead.deviations, 1.0),
        )
        for at, ahead, week in zip(ends, found, weeks, strict=True)
    ]


def tries(cents: Numbers) -> list[int]:
    """After how many days estimates are made in hindsight, newest first; never after long without spend."""
    past = range(len(cents) - DAYS_BETWEEN, FEWEST_DAYS - 1, -DAYS_BETWEEN)[:MOST_TRIES]
    return [at for at in past if cents[at - FEWEST_DAYS : at].any()]


def calibrated(made: Estimate, before: Sequence[Estimate], cents: Numbers) -> Calibrated:
    """An estimate with its band, by what was tried `before`, the newest first, and `cents` up to then."""
    method = chosen(before, cents)
    return Calibrated(made.sums[method], made.deviations * reach(method, before, cents), method)


def chosen(before: Sequence[Estimate], cents: Numbers) -> Method:
    """The method that was nearer lately."""
    off = {method: _lately(method, before[:LATELY], cents) for method in Method}
    return Method.NAIVE if max(off[Method.NAIVE], 1.0) < CLEARLY * off[Method.MODEL] else Method.MODEL


def reach(method: Method, before: Sequence[Estimate], cents: Numbers) -> float:
    """How many deviations hold the wanted part of the past errors, each over as many days as are known."""
    ended = ((one, one.errors(method, cents)) for one in before)
    found = [float(errors[-1] / one.deviations[len(errors) - 1]) for one, errors in ended]
    return float(np.quantile([*found, *_NORMAL], BAND, method="inverted_cdf"))


def _lately(method: Method, newest: Sequence[Estimate], cents: Numbers) -> float:
    """The mean error over the first days, by the root of how many they are, as errors grow with it."""
    errors = [one.errors(method, cents)[:LATELY_DAYS] for one in newest]
    return float(np.mean([one[-1] / len(one) ** 0.5 for one in errors])) if errors else 0.0
