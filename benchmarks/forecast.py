"""How often the forecast's band holds the truth, and how good it is, beside two others.

    python -m benchmarks.forecast

Makes series of daily cents of five kinds, `SEEDS` of each, and forecasts several numbers of days from one day
of each. Prints the part of the truths that lie in the band (the bar is 75 to 90%), and the mean Winkler score
(the band's width, and ten times the distance of a truth outside; less is better), in days of mean spend for
each day ahead. Beside it the scores of the model with the band that it expects itself, and of the weekdays of
the last week going on with a conformal band: the bar is to be no worse than either. Last, the milliseconds
that one forecast takes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from statistics import NormalDist, mean, median

import numpy as np

from genjobs.forecast.calibration import BAND, calibrated, estimates, tries
from genjobs.forecast.model import FEWEST_DAYS, Numbers, look_ahead

SEEDS = 80
MONDAY = date(2026, 6, 1)
DAYS, AHEAD = 210, (2, 5, 9, 14, 20, 27)
WEEK = np.array([1.0, 1.1, 1.15, 1.1, 0.9, 0.25, 0.15])
EXPECTED = NormalDist().inv_cdf((1 + BAND) / 2)
Chance = np.random.Generator
Band = tuple[float, float]
Bands = Callable[[Numbers, int], Band]


def demo(chance: Chance, end: int) -> Numbers:
    """As the demo data has it: jobs in batches of three, more of them for 120 days, costs that lean right."""
    days = np.arange(DAYS)
    level = 46 * WEEK[days % 7] * (0.6 + 0.8 * np.minimum(1, days / 120))
    jobs = chance.poisson(level / 3) * 3 + 25
    return np.array([np.rint(chance.lognormal(3.0, 0.5, number)).sum() for number in jobs])


def growth(chance: Chance, end: int) -> Numbers:
    """A week's rhythm, 2% more each week."""
    days = np.arange(DAYS)
    return chance.gamma(8, 2000 * WEEK[days % 7] * 1.02 ** (days / 7) / 8)


def sparse(chance: Chance, end: int) -> Numbers:
    """Spend on one day in eight."""
    return np.where(chance.random(DAYS) < 0.12, chance.gamma(2, 500, DAYS), 0)


def bursts(chance: Chance, end: int) -> Numbers:
    """A week's rhythm, and on one day in fifteen a burst of a dozen days' spend."""
    base = chance.gamma(8, 1000 * WEEK[np.arange(DAYS) % 7] / 8)
    return base + np.where(chance.random(DAYS) < 1 / 15, chance.gamma(2, 6000, DAYS), 0)


def shift(chance: Chance, end: int) -> Numbers:
    """A week's rhythm at another level since one to ten weeks before the forecast."""
    factor, since = chance.choice([0.4, 2.5]), end - int(chance.integers(7, 71))
    level = np.where(np.arange(DAYS) < since, 1.0, factor)
    return chance.gamma(8, 1000 * WEEK[np.arange(DAYS) % 7] * level / 8)


def ours(cents: Numbers, days: int) -> Band:
    """The console's own."""
    made, *before = estimates(MONDAY, cents, [len(cents), *tries(cents)], days)
    found = calibrated(made, before, cents)
    return _around(found.sums[-1], found.half_widths[-1])


def expected(cents: Numbers, days: int) -> Band:
    """The model with the band that it expects."""
    [found] = look_ahead(MONDAY, cents, [len(cents)], days)
    return _around(found.cents.sum(), EXPECTED * found.deviations[-1])


def naive(cents: Numbers, days: int) -> Band:
    """The last week's days going on, as far to either side as 8 of 10 past errors."""
    past = range(len(cents) - days, FEWEST_DAYS - 1, -2)
    errors = np.sort([abs(cents[at : at + days].sum() - _week(cents[:at], days)) for at in past])
    place = min(len(errors), int(np.ceil((len(errors) + 1) * BAND))) - 1
    return _around(_week(cents, days), float(errors[place]))


def _week(cents: Numbers, days: int) -> float:
    return float(np.resize(cents[-7:], days).sum())


def _around(middle: float, reach: float) -> Band:
    return max(0.0, middle - reach), middle + reach


def series(make: Callable[[Chance, int], Numbers]) -> Iterator[tuple[Numbers, Numbers]]:
    """The days up to a forecast, and those after it."""
    for seed in range(SEEDS):
        chance = np.random.default_rng(1000 + seed)
        end = int(chance.choice([100, 120, 140, 160, 180]))
        cents = make(chance, end)
        if cents[end - FEWEST_DAYS : end].any():
            yield cents[:end], cents[end:]


def score(make: Callable[[Chance, int], Numbers], bands: Bands) -> tuple[float, float]:
    """The part of the truths inside, and the mean score."""
    inside, scores = [], []
    for known, coming in series(make):
        for days in AHEAD:
            (low, high), truth = bands(known, days), coming[:days].sum()
            outside = max(0.0, low - truth, truth - high)
            inside.append(bool(outside == 0))
            scores.append(float(high - low + 2 / (1 - BAND) * outside) / float(known.mean()) / days)
    return mean(inside), mean(scores)


def _milliseconds() -> float:
    known, _ = next(series(growth))
    times = []
    for _ in range(20):
        began = time.perf_counter()
        ours(known, 14)
        times.append(time.perf_counter() - began)
    return 1000 * median(times)


def main() -> None:
    """Measure and print."""
    for make in (demo, growth, sparse, bursts, shift):
        (inside, winkler), (of_model, by_model), (of_naive, by_naive) = (
            score(make, bands) for bands in (ours, expected, naive)
        )
        print(
            f"{make.__name__:8} inside {inside:.0%} (model {of_model:.0%}, naive {of_naive:.0%}), "
            f"Winkler {winkler:.3f} (model {by_model:.3f}, naive {by_naive:.3f})"
        )
    print(f"one forecast: {_milliseconds():.0f} ms")


if __name__ == "__main__":
    main()
