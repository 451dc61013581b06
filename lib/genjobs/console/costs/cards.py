"""Cards with the figures of a period, beside those of the comparison period if there is one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import streamlit as st

from genjobs.console.kit.wording import plain
from genjobs.domain.changes import cost_per_job_change, is_notable, success_rate_change
from genjobs.domain.costs import Amounts
from genjobs.domain.counting import counted
from genjobs.domain.money import format_cents, format_short
from genjobs.domain.percents import MINUS, as_shown, format_percent, format_points, relative_change

NONE = "–"
LONGEST = 10
WIDTH = 116
Tone = Literal["normal", "inverse", "off"]


@dataclass(frozen=True)
class Card:
    """One figure: a short `value`, `told` on hover, `beside` shown below it, and its `change` if known."""

    label: str
    value: str
    told: str
    beside: str = ""
    change: str | None = None
    tone: Tone = "off"


def draw(now: Amounts, before: Amounts | None, *more: Card, of_every_status: bool = True) -> None:
    """Draw the figures of a period, without changes if there is no comparison; then `more`.

    Jobs of chosen statuses have no success rate: it would tell the choice.
    """
    with st.container(horizontal=True, gap="small", border=True):
        for card in (*_cards(now, before, of_every_status=of_every_status), *more):
            with st.container(width=WIDTH, gap=None):
                _draw(card)


def _draw(card: Card) -> None:
    st.metric(card.label, plain(card.value), card.change, delta_color=card.tone, help=card.told)
    if card.beside:
        st.markdown(f":small[:gray[{plain(card.beside)}]]")


def parts(now: Amounts) -> str:
    """A sentence on the spend of open and of deleted jobs; empty if there are none."""
    told = []
    if now.open_jobs:
        told.append(f"{format_cents(now.open_cents)} on {counted(now.open_jobs, 'job')} queued or running")
    if now.deleted_jobs:
        told.append(f"{format_cents(now.deleted_cents)} on {counted(now.deleted_jobs, 'deleted job')}")
    return f"Of the spend, {' and '.join(told)}." if told else ""


def _cards(now: Amounts, before: Amounts | None, *, of_every_status: bool) -> list[Card]:
    was = before or Amounts()
    cards = [
        _money("Spend", now.cents, was.cents, SPEND),
        Card(
            "Jobs", f"{now.jobs:,}", JOBS, f"from {was.jobs:,}", _percent(relative_change(was.jobs, now.jobs))
        ),
        _cost_per_job(now, was),
        _success_rate(now, was) if of_every_status else Card("Success rate", NONE, NOT_OF_STATUSES),
        _wasted(now, was),
    ]
    return cards if before is not None else [Card(card.label, card.value, card.told) for card in cards]


SPEND = "The cost of all jobs created in the period, whatever their status, including deleted ones."
JOBS = "Jobs created in the period, including deleted ones. Each attempt is a job."
COST_PER_JOB = "Spend divided by jobs, rounded to a cent, or below one dollar to a tenth of a cent."
SUCCESS_RATE = (
    "Succeeded jobs among those that have finished. Each job counts once, however many attempts it took,"
    " and cancelled jobs are left out."
)
NOT_OF_STATUSES = "Remove the filter by status to see it."
WASTED_SPEND = "The cost of failed jobs, including every attempt. It is part of the spend."


def _money(label: str, now: int, before: int, told: str, tone: Tone = "off") -> Card:
    short = format_short(now, LONGEST)
    exact = plain(format_cents(now))
    hover = told if short == format_cents(now) else f"{exact}. {told}"
    change = _percent(relative_change(before, now))
    return Card(label, short, hover, f"from {format_short(before, LONGEST)}", change, tone)


def _cost_per_job(now: Amounts, was: Amounts) -> Card:
    change = cost_per_job_change(was, now)
    tone = _tone("inverse", was, now, change)
    return Card(
        "Cost per job",
        _mean(now.cost_per_job),
        COST_PER_JOB,
        f"from {_mean(was.cost_per_job)}",
        _percent(change),
        tone,
    )


def _success_rate(now: Amounts, was: Amounts) -> Card:
    change = success_rate_change(was, now)
    rate, before = now.success_rate, was.success_rate
    points = None if rate is None or before is None else _points(before, rate)
    tone = _tone("normal", was, now, change)
    return Card("Success rate", _rate(rate), SUCCESS_RATE, f"from {_rate(before)}", points, tone)


def _wasted(now: Amounts, was: Amounts) -> Card:
    tone = _tone("inverse", was, now, relative_change(was.wasted_cents, now.wasted_cents))
    return _money("Wasted spend", now.wasted_cents, was.wasted_cents, WASTED_SPEND, tone)


def _tone(wanted: Tone, before: Amounts, now: Amounts, part: Fraction | None) -> Tone:
    return wanted if is_notable(before, now, part) else "off"


def _percent(part: Fraction | None) -> str | None:
    """None also if the change rounds to zero: Streamlit would draw an upward arrow for it."""
    return None if part is None or not as_shown(part) else _signed(format_percent(part, signed=True))


def _points(before: Fraction, now: Fraction) -> str | None:
    """The difference of the two figures as they are shown; None where they are the same."""
    before, now = as_shown(before), as_shown(now)
    return None if before == now else _signed(format_points(before, now))


def _signed(text: str) -> str:
    """Streamlit recognises a decrease by a leading hyphen."""
    return text.replace(MINUS, "-")


def _mean(cents: Fraction | None) -> str:
    if cents is None:
        return NONE
    tenths = round(cents * 10)
    if 0 < tenths < 1000 and tenths % 10:
        return f"$0.{tenths:03}"
    return format_short(round(cents), LONGEST)


def _rate(part: Fraction | None) -> str:
    return NONE if part is None else format_percent(part)
