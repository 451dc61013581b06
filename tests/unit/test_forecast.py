from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjobs.forecast.calibration import Calibrated, Method, calibrated, estimates, reach, tries
from genjobs.forecast.model import FEWEST_DAYS, Numbers, fitted
from genjobs.forecast.month import MonthForecast, NoForecast, forecast_month

MONDAY = date(2026, 6, 1)
RHYTHM = (1000, 1100, 1200, 1100, 900, 300, 200)


def steady(days: int) -> list[int]:
    return [RHYTHM[day % 7] for day in range(days)]


def made(history: list[int], days_left: int, spent: int = 0, today: int = 0) -> MonthForecast:
    last = MONDAY + timedelta(len(history) + days_left - 1)
    found = forecast_month(MONDAY, history, spent, today, last)
    assert isinstance(found, MonthForecast)
    return found


def test_a_steady_week_goes_on() -> None:
    found = made(steady(70), 14, spent=500)
    assert [day.cents for day in found.days] == [
        500 + sum(RHYTHM * 2) - sum((RHYTHM * 2)[n:]) for n in range(1, 15)
    ]
    assert found.days[0].day == MONDAY + timedelta(70)


def test_a_steady_growth_goes_on() -> None:
    grown = [round(cents * 1.05 ** (day / 7)) for day, cents in enumerate(steady(84))]
    expected = sum(RHYTHM[day % 7] * 1.05 ** (day / 7) for day in range(84, 98))
    assert made(grown, 14).days[-1].cents == pytest.approx(expected, rel=0.04)
    assert made(grown, 14).days[-1].cents > 1.02 * sum(grown[-14:])


def test_days_off_stay_off() -> None:
    weekdays = [cents if day % 7 < 5 else 0 for day, cents in enumerate(steady(70))]
    found = made(weekdays, 7)
    assert found.days[4].cents == found.days[5].cents == found.days[6].cents


def test_what_today_has_spent_already_is_not_counted_twice() -> None:
    assert made(steady(70), 1, spent=5000, today=400).days[0].cents == 5600
    assert made(steady(70), 1, spent=9000, today=4000).days[0].cents == 9000


def test_the_band_holds_most_of_what_comes() -> None:
    random = np.random.default_rng(11)
    inside = 0
    for _ in range(60):
        cents = random.gamma(8, np.array(steady(98)) / 8)
        found = foretold(cents[:84], 14)
        inside += abs(found.sums[-1] - cents[84:].sum()) <= found.half_widths[-1]
    assert 40 <= inside <= 55


def test_after_a_jump_the_last_weeks_go_on() -> None:
    jumped = np.array([*steady(112), *(3 * cents for cents in steady(28))], dtype=float)
    found = foretold(jumped, 7)
    assert found.method is Method.NAIVE
    assert found.sums[-1] == pytest.approx(3 * sum(RHYTHM))
    assert foretold(jumped[:112], 7).method is Method.MODEL


def test_what_is_said_lies_between_the_model_and_the_last_weeks() -> None:
    history = np.array(steady(120), dtype=float)
    [one] = estimates(MONDAY, history * np.linspace(1, 3, 120), [120], 14)
    low, high = sorted((one.model[-1], one.naive[-1]))
    assert low < one.sums(Method.MODEL)[-1] < high
    assert one.sums(Method.NAIVE).tolist() == one.naive.tolist()


def test_the_band_widens_where_past_errors_were_larger_than_expected() -> None:
    """Spend that drifts is far more off after two weeks than its days differ from each other."""
    random = np.random.default_rng(5)
    calm = random.gamma(400, 10, 120)
    drifting = 4000 * np.exp(np.cumsum(random.normal(0, 0.05, 120)))
    before = {
        name: estimates(MONDAY, cents, tries(cents), 14)
        for name, cents in (("calm", calm), ("drifting", drifting))
    }
    assert reach(Method.MODEL, before["drifting"], drifting) > 1.5 * reach(Method.MODEL, before["calm"], calm)


def test_a_forecast_is_tested_by_nothing_but_what_was_known_then() -> None:
    history = np.array(steady(120), dtype=float)
    before = estimates(MONDAY, history, tries(history), 9)
    assert all(one.at <= 116 for one in before)
    early = before[10]
    found = calibrated(early, before[11:], history[: early.at])
    other = np.concatenate([history[: early.at], 50 * history[early.at :]])
    again = calibrated(early, before[11:], other[: early.at])
    assert found.half_widths.tolist() == again.half_widths.tolist()


def foretold(cents: Numbers, days: int) -> Calibrated:
    made, *before = estimates(MONDAY, cents, [len(cents), *tries(cents)], days)
    return calibrated(made, before, cents)


def test_it_is_tested_on_the_past_over_as_many_days() -> None:
    tested = made(steady(120), 9).tested
    assert tested is not None
    assert (tested.tries, tested.days) == (15, 9)
    assert tested.error == pytest.approx(0, abs=1e-9)


def test_a_jump_in_the_past_shows_in_the_error() -> None:
    tested = made([*steady(84), *(3 * cents for cents in steady(28))], 14).tested
    assert tested is not None
    assert tested.error > 0.05
    assert tested.inside < tested.tries


def test_a_short_past_is_not_tested() -> None:
    assert made(steady(FEWEST_DAYS + 7), 7).tested is None


@pytest.mark.parametrize(
    ("history", "days_left", "words"),
    [
        (steady(27), 5, "needs 28 complete days of spend, and there are 27"),
        ([*[0] * 100, *steady(14)], 5, "there are 14"),
        ([0] * 100, 5, "there are 0"),
        ([], 5, "there are 0"),
        ([*steady(40), *[0] * 28], 5, "nothing was spent in the last 28 days"),
        (steady(60), 0, "the month is over"),
    ],
)
def test_too_little_to_go_by_is_said(history: list[int], days_left: int, words: str) -> None:
    found = forecast_month(MONDAY, history, 0, 0, MONDAY + timedelta(len(history) + days_left - 1))
    assert isinstance(found, NoForecast)
    assert words in found.reason


@settings(max_examples=30)
@given(
    st.lists(st.integers(0, 10**6), min_size=FEWEST_DAYS, max_size=130),
    st.integers(1, 31),
    st.integers(0, 10**7),
)
def test_any_history_gives_a_rising_line_inside_its_band(history: list[int], left: int, spent: int) -> None:
    found = forecast_month(MONDAY, history, spent, 0, MONDAY + timedelta(len(history) + left - 1))
    if isinstance(found, NoForecast):
        return
    line = [spent, *(day.cents for day in found.days)]
    assert line == sorted(line)
    assert all(spent <= day.low <= day.cents <= day.high for day in found.days)


def test_the_fit_is_that_of_quasi_poisson_regression() -> None:
    """Its score is zero, and its covariance is the scaled inverse of the information."""
    random = np.random.default_rng(3)
    design = np.column_stack([np.ones(60), np.arange(60) % 2, np.linspace(-1, 0, 60)])
    cents = random.poisson(np.exp(design @ (6.0, 0.5, 1.0))).astype(float) * random.choice([0.5, 1.5], 60)
    used = np.ones((1, 60), dtype=bool)
    fit = fitted(cents[None], design[None], used)
    [parameters], [covariance], [scale] = fit.parameters, fit.covariances, fit.scales
    mean = np.exp(design @ parameters)
    assert design.T @ (cents - mean) == pytest.approx(0, abs=1e-5 * cents.sum())
    assert scale == pytest.approx(((cents - mean) ** 2 / mean).sum() / 57)
    information = design.T @ np.diag(mean) @ design
    assert covariance @ information == pytest.approx(scale * np.eye(3), abs=1e-9 * scale)


def test_spend_in_nothing_but_the_last_week_is_no_endless_growth() -> None:
    history = [500, *[0] * 99, 700_000]
    assert made(history, 14).days[-1].cents <= 2 * 700_000
