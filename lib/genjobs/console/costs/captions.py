"""Captions of the Costs page: the active filters, the period, and what it is compared with."""

from __future__ import annotations

from datetime import datetime

from genjobs.charts.time_labels import days_label, period_label
from genjobs.console.costs.filters import EVERYONE, names
from genjobs.console.costs.reads import Choices
from genjobs.console.kit.wording import plain
from genjobs.domain.cost_screen import CostScreen, Grouping
from genjobs.domain.periods import Comparison, Period


def chosen(screen: CostScreen, choices: Choices) -> list[str]:
    """The display names of all active filters."""
    labels = {
        Grouping.PROJECT: names(choices.projects),
        Grouping.MODE: {},
        Grouping.STATUS: {},
        Grouping.PERSON: names(choices.people),
    }
    filtered = [known.get(key, key) for kind, known in labels.items() for key in screen.filters.of(kind)]
    return [EVERYONE, *filtered] if screen.everyone else filtered


def shown(whole: Period, now: datetime, comparison: Comparison | None) -> str:
    """One small line: the days shown up to `now`, their time zone, and what they are compared with.

    A period that is still to come is named in full.
    """
    period = whole if now < whole.span.start else whole.until(now)
    days = f"{days_label(period)}. Days in {period.zone.key}."
    in_full = comparison is not None and not comparison.is_cut and whole.is_running(now)
    unlike = " That period counts in full, although the days shown are not over." if in_full else ""
    return f":small[:gray[{plain(f'{days} {compared(comparison)}{unlike}')}]]"


def compared(comparison: Comparison | None) -> str:
    """One sentence on the comparison: `Compared with 28 Sep – 27 Oct 2026, up to the same time.`"""
    return f"Compared with {days_compared(comparison)}." if comparison else "No comparison."


def both(period: Period, compared: Comparison) -> str:
    """`1 Nov – 29 Nov 2026, UTC, compared with 1 Oct – 29 Oct 2026, up to the same time`."""
    return f"{period_label(period)}, compared with {days_compared(compared)}"


def days_compared(comparison: Comparison) -> str:
    """`28 Sep – 27 Oct 2026, up to the same time`."""
    until = ", up to the same time" if comparison.is_cut else ""
    return f"{days_label(comparison.days)}{until}"
