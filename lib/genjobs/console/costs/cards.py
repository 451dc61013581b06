"""The figures of a period beside those of the one before."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

import streamlit as st

from genjobs.console.kit.wording import counted, plain
from genjobs.domain.costs import Amounts, format_percent, format_points, relative_change
from genjobs.domain.money import format_cents

NONE = "–"
Tone = Literal["normal", "inverse", "off"]


def draw(now: Amounts, before: Amounts, compared: str) -> None:
    """Five cards; `compared` names the stretch of time that the changes are measured against."""
    spend, jobs, unit, success, waste = st.columns(5, gap="small", border=True)
    with spend:
        _card("Spend", format_cents(now.cents), _change(before.cents, now.cents), format_cents(before.cents))
    with jobs:
        _card("Jobs", f"{now.jobs:,}", _change(before.jobs, now.jobs), f"{before.jobs:,}")
    with unit:
        change = _change(before.cost_per_job, now.cost_per_job)
        _card("Cost per job", _mean(now.cost_per_job), change, _mean(before.cost_per_job), "inverse")
    with success:
        rate, was = _rate(now.success_rate), _rate(before.success_rate)
        _card("Success rate", rate, _points(before, now), was, "normal")
    with waste:
        change = _change(before.wasted_cents, now.wasted_cents)
        wasted = format_cents(before.wasted_cents)
        _card("Wasted spend", format_cents(now.wasted_cents), change, wasted, "inverse")
    st.markdown(f":small[:gray[{plain(_parts(now))}  \nChanges are {plain(compared)}.]]")


def _card(label: str, value: str, change: str | None, before: str, tone: Tone = "off") -> None:
    st.metric(label, value, change, delta_color=tone, help=HELP[label])
    st.markdown(f":small[:gray[from {plain(before)}]]")


HELP = {
    "Spend": "All cents of the jobs created in the period, in whatever status, deleted ones too.",
    "Jobs": "Jobs created in the period, deleted ones too. Each attempt is a job.",
    "Cost per job": "Spend divided by jobs, to the nearest cent.",
    "Success rate": "Succeeded jobs among those that have finished. Each job counts once, however many attempts it"
    " took, and cancelled jobs are left out.",
    "Wasted spend": "What failed jobs cost, every attempt included. It is part of the spend.",
}


def _parts(now: Amounts) -> str:
    still_open = f"Of the spend, {format_cents(now.open_cents)} is on {counted(now.open_jobs, 'open job')}"
    gone = f"{format_cents(now.deleted_cents)} on {counted(now.deleted_jobs, 'job')} since deleted"
    return f"{still_open} (queued or running), {gone}."


def _change(before: Fraction | int | None, now: Fraction | int | None) -> str | None:
    part = relative_change(before, now)
    return None if part is None else _signed(format_percent(part, signed=True))


def _points(before: Amounts, now: Amounts) -> str | None:
    was, rate = before.success_rate, now.success_rate
    return _signed(format_points(was, rate)) if was is not None and rate is not None else None


def _signed(text: str) -> str:
    """Streamlit knows a fall by its hyphen."""
    return text.replace("−", "-")


def _mean(cents: Fraction | None) -> str:
    return NONE if cents is None else format_cents(round(cents))


def _rate(part: Fraction | None) -> str:
    return NONE if part is None else format_percent(part)
