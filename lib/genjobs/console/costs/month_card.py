"""The card with this month's forecast and budget."""

from __future__ import annotations

from collections.abc import Sequence

from genjobs.console.costs.cards import LONGEST, Card
from genjobs.console.costs.reads import Month
from genjobs.console.kit.wording import plain
from genjobs.domain.budgets import Budget
from genjobs.domain.counting import counted
from genjobs.domain.money import format_cents, format_dollars, format_short
from genjobs.forecast.month import BackTest, MonthForecast

LABEL = "This month"
CLAIM = "The band is meant to cover 8 of 10 outcomes"
MOST_EXACT = 10_000
NARROW = 0.65
"""Fewer than this part of past forecasts within the band are worth a warning."""


def card(month: Month, held: Sequence[Budget]) -> Card:
    """The forecast with its band, or the spend so far if there is no forecast; `held` are its budgets."""
    so_far = sum(cents for _, cents in month.days)
    limits = "".join(f", budget {_money(one.monthly_cents)}" for one in held[:1])
    forecast = month.forecast
    if not isinstance(forecast, MonthForecast):
        told = f"Spent so far in {month.days[-1][0]:%B}. {forecast.reason}"
        return Card(LABEL, format_short(so_far, LONGEST), plain(told), f"so far{limits}")
    end = forecast.days[-1]
    spent = f"Forecast to the end of {end.day:%B}. Spent so far: {format_cents(so_far)}."
    told = plain(f"{spent} {reliability(forecast.tested)}")
    return Card(LABEL, _money(end.cents), told, f"{_money(end.low)}–{_money(end.high)}, forecast{limits}")


def reliability(found: BackTest | None) -> str:
    """What the band claims, and how often past forecasts were within it."""
    if found is None:
        return f"{CLAIM}; there is too little history to test that."
    narrow = " It has been too narrow lately." if found.inside < NARROW * found.tries else ""
    return (
        f"{CLAIM}. Of {found.tries} past forecasts of the next {counted(found.days, 'day')}, {found.inside} "
        f"were within the band.{narrow} The spend of those days was typically {found.error:.1%} off."
    )


def _money(cents: int) -> str:
    """Whole dollars, with cents for small amounts."""
    if cents < MOST_EXACT:
        return format_cents(cents)
    dollars = format_dollars(cents)
    return dollars if len(dollars) <= LONGEST else format_short(cents, LONGEST)
