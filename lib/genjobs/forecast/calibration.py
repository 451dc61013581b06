"""Chooses the estimate and the width of its band, both from the errors of past estimates.

Past estimates are made in hindsight, every few days, as far ahead as the real one. The result is a weighted
mean of the model and a seasonal naive estimate, nearer to the model; if the naive one was clearly better
lately, as after a jump, it is used alone. The band is a conformal quantile: to either side it extends as many
of the model's deviations as covered the wanted part of the past errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import ceil
from statistics import NormalDist

import numpy as np

from genjobs.forecast.model import FEWEST_DAYS, Numbers, look_ahead

BAND = 0.8
DAYS_BETWEEN = 4
MOST_TRIES = 30
LATELY = 6
"""How many of the newest past estimates decide between the two, by their first `LATELY_DAYS` days."""
LATELY_DAYS = 7
CLEARLY = 0.7
"""The naive estimate, which is noisier, is used alone if its error is below this part of the model's."""
NAIVE_PART = 0.3
"""The weight of the naive estimate in the mean, which has a smaller error than either."""
STEADYING = 50
_NORMAL = [NormalDist().inv_cdf(0.5 + (place + 0.5) / (2 * STEADYING)) for place in range(STEADYING)]
"""Expected errors, in deviations, added to the real ones: a quantile of only a few errors would jump."""


class Method(StrEnum):
    """How an estimate is made: the regression mixed with recent weeks, or the last two weeks repeated."""

    MODEL = "model"
    NAIVE = "naive"


_PARTS = {Method.MODEL: NAIVE_PART, Method.NAIVE: 1.0}


@dataclass(frozen=True)
class Estimate:
    """An estimate after the first `at` days: the sums up to each day ahead, and the model's deviation."""

    at: int
    model: Numbers
    naive: Numbers
    deviations: Numbers

    def sums(self, method: Method) -> Numbers:
        """The sums by that method."""
        part = _PARTS[method]
        return part * self.naive + (1 - part) * self.model

    def ended(self, spent: Numbers) -> int:
        """For how many of the days ahead the real cost is known."""
        return min(len(self.deviations), len(spent) - 1 - self.at)

    def error(self, naive_part: float, spent: Numbers, days: int) -> float:
        """The error of the sum of `days` days; `spent` has the cents before each day."""
        said = naive_part * self.naive[days - 1] + (1 - naive_part) * self.model[days - 1]
        return abs(float(said - (spent[self.at + days] - spent[self.at])))


@dataclass(frozen=True)
class Calibrated:
    """The cents up to each day ahead, how far the band extends to either side, and the method."""

    sums: Numbers
    half_widths: Numbers
    method: Method


def estimates(first: date, cents: Numbers, ends: Sequence[int], days: int) -> list[Estimate]:
    """The estimates after each of `ends` days. Raises ValueError if one has too little history."""
    found = look_ahead(first, cents, ends, days)
    weeks = [cents[at - 14 : at].reshape(2, 7).mean(axis=0) for at in ends]
    return [
        Estimate(
            at,
            np.cumsum(ahead.cents),
            np.cumsum(np.resize(week, days)),
            np.maximum(ahead.deviations, 1.0),
        )
        for at, ahead, week in zip(ends, found, weeks, strict=True)
    ]


def tries(cents: Numbers) -> list[int]:
    """After how many days past estimates are made, newest first; none after a long time without spend."""
    past = range(len(cents) - DAYS_BETWEEN, FEWEST_DAYS - 1, -DAYS_BETWEEN)[:MOST_TRIES]
    return [at for at in past if cents[at - FEWEST_DAYS : at].any()]


def calibrated(made: Estimate, before: Sequence[Estimate], cents: Numbers) -> Calibrated:
    """An estimate with its band, by the estimates `before`, newest first, and `cents` up to then."""
    method = chosen(before, cents)
    return Calibrated(made.sums(method), made.deviations * reach(method, before, cents), method)


def chosen(before: Sequence[Estimate], cents: Numbers) -> Method:
    """The naive estimate alone if it was clearly better lately."""
    spent = _spent(cents)
    naive, model = (_lately(part, before[:LATELY], spent) for part in (1.0, 0.0))
    return Method.NAIVE if max(naive, 1.0) < CLEARLY * model else Method.MODEL


def reach(method: Method, before: Sequence[Estimate], cents: Numbers) -> float:
    """How many deviations cover the wanted part of the past errors, each over the days that are known."""
    spent, part = _spent(cents), _PARTS[method]
    ended = ((one, one.ended(spent)) for one in before)
    found = [one.error(part, spent, days) / float(one.deviations[days - 1]) for one, days in ended]
    ordered = sorted([*found, *_NORMAL])
    return ordered[ceil(BAND * len(ordered)) - 1]


def _lately(naive_part: float, before: Sequence[Estimate], spent: Numbers) -> float:
    """The mean error over the first days, divided by the root of their number, with which errors grow."""
    ended = [(one, min(one.ended(spent), LATELY_DAYS)) for one in before]
    errors = [one.error(naive_part, spent, days) / days**0.5 for one, days in ended]
    return sum(errors) / len(errors) if errors else 0.0


def _spent(cents: Numbers) -> Numbers:
    """The cents before each day, and the total."""
    return np.concatenate([[0.0], np.cumsum(cents)])
