from __future__ import annotations

from dataclasses import replace
from datetime import date

from genjobs.console.costs.month_card import card, reliability
from genjobs.console.costs.reads import Month
from genjobs.domain.budgets import Budget
from genjobs.domain.estimates import DayEstimate
from genjobs.forecast.calibration import Method
from genjobs.forecast.month import BackTest, MonthForecast, NoForecast

SPENT = ((date(2026, 11, 1), 100_000), (date(2026, 11, 2), 50_000))
TESTED = BackTest(20, 9, 0.0412, 16)


def foretold(low: int, cents: int, high: int) -> Month:
    ahead = (DayEstimate(date(2026, 11, 30), low, cents, high),)
    return Month(SPENT, MonthForecast(ahead, Method.MODEL, TESTED))


def budget(cents: int) -> Budget:
    return Budget("b", None, None, cents, 80, "UTC", False, date(2026, 11, 1), 0, 0)


def test_the_month_is_told_with_its_band_and_its_budget() -> None:
    found = card(foretold(340_249, 351_249, 363_400), [budget(400_000)])
    assert (found.label, found.value) == ("This month", "$3,512")
    assert found.beside == "$3,402–$3,634, forecast, budget $4,000"
    assert "80%" not in found.value
    assert "16 were within the band" in found.told


def test_little_money_is_told_to_the_cent() -> None:
    assert card(foretold(150, 199, 9_999), []).beside == "$1.50–$99.99, forecast"


def test_much_money_still_fits() -> None:
    assert len(card(foretold(1, 2_000_000_000_00, 2), []).value) <= 10


def test_without_a_forecast_it_is_what_is_spent_so_far() -> None:
    found = card(Month(SPENT, NoForecast("No forecast: too little.")), [])
    assert (found.value, found.beside) == ("$1,500.00", "so far")
    assert "too little" in found.told


def test_what_the_band_claims_stands_beside_how_often_it_was_right() -> None:
    assert "8 of 10" in reliability(TESTED)
    assert "Of 20 past forecasts of the next 9 days, 16 were within the band. The" in reliability(TESTED)
    assert "The spend of those days was typically 4.1% off." in reliability(TESTED)
    assert "too little history" in reliability(None)


def test_a_band_that_held_much_less_often_than_claimed_is_called_too_narrow() -> None:
    assert "too narrow" in reliability(replace(TESTED, inside=12))
    assert "too narrow" not in reliability(replace(TESTED, inside=13))
