"""What the Costs page says about what is chosen: which jobs count, and what the period is compared with."""

from __future__ import annotations

from datetime import datetime

from genjobs.charts.time_labels import day_label
from genjobs.console.costs.filters import names
from genjobs.console.costs.reads import Choices
from genjobs.domain import times
from genjobs.domain.cost_screen import CostScreen, Grouping
from genjobs.domain.periods import comparison


def chosen(screen: CostScreen, choices: Choices) -> list[str]:
    """The names of everything that is filtered, as people know them."""
    labels = {
        Grouping.PROJECT: names(choices.projects),
        Grouping.MODE: {},
        Grouping.STATUS: {},
        Grouping.PERSON: names(choices.people),
    }
    filtered = [known.get(key, key) for kind, known in labels.items() for key in screen.filters.of(kind)]
    return ["everyone", *filtered] if screen.everyone else filtered


def compared(screen: CostScreen, now: datetime) -> str:
    """Against what changes are measured: `against 1 Oct 2026 – 23 Oct 2026, 14:05 CEST`."""
    period = screen.period(now)
    before = period.previous()
    if period.is_running(now):
        until = times.exact(comparison(period, now).end, period.zone)
        return (
            f"against the like part of the {_days(period.days)} before, {day_label(before.first)} to {until}"
        )
    return f"against the {_days(period.days)} before, {day_label(before.first)} to {day_label(before.last)}"


def _days(count: int) -> str:
    return "day" if count == 1 else f"{count} days"
