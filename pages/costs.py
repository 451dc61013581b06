"""Costs: what was spent, where, and why it changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from genjobs.console.costs import (
    agreement,
    budgets,
    captions,
    cards,
    chart_card,
    chart_panels,
    empty,
    filters,
    month_card,
    ranking,
    reads,
    url_state,
)
from genjobs.console.costs.chart_panels import Panel, Setting
from genjobs.console.gate import guard
from genjobs.console.kit import browser, session
from genjobs.console.kit.wording import plain
from genjobs.data.costs import CostPage
from genjobs.domain.costs import total
from genjobs.domain.periods import midnight


def side_by_side(left: Panel | None, right: Panel, at: Setting, page: CostPage) -> None:
    """Draw panels next to each other; below each other where the page is narrow."""
    panels = [panel for panel in (left, right) if panel]
    for column, panel in zip(st.columns(len(panels), border=True), panels, strict=True):
        with column:
            chart_card.draw(panel, at, page)


def alone(panel: Panel, at: Setting, page: CostPage) -> None:
    """Draw a panel at the page's whole width."""
    with st.container(border=True):
        chart_card.draw(panel, at, page)


me = guard.require_user()
client = session.client_of(me)
now = datetime.now(UTC)
asked = url_state.begin(analyst=me.is_analyst)
screen = url_state.allowed(asked.screen, analyst=me.is_analyst)
url_state.write(screen)
whole = screen.period(now)
wanted = reads.wanted(screen, now)
reading = reads.read.begin(me.user_id, client, wanted, sees_everyone=me.sees_everyone)

st.title("Costs", anchor=False)
tomorrow = midnight(now.astimezone(whole.zone).date() + timedelta(1), whole.zone)
choices = reads.choices(
    me.user_id, client, screen.zone, screen.everyone, tomorrow, sees_everyone=me.sees_everyone
)
choices = reads.with_chosen(me.user_id, client, choices, screen, tomorrow)
filtered = tuple(captions.chosen(screen, choices))
filters.draw(screen, choices, filtered, now, analyst=me.is_analyst)
url_state.explain(asked, screen)
empty.explain_foreign(choices, screen)

read = reading()
found = read.figures
in_cards = found.page.series.total
compared = screen.comparison(now)
st.markdown(captions.shown(whole, now, compared))
before = None if found.before is None else total(found.before.values())
limits = budgets.of_all_shown(read.budgets, screen)
this_month = month_card.card(found.month, limits)
cards.draw(in_cards, before, this_month, of_every_status=not screen.filters.statuses)

at = Setting(screen, whole.until(now), wanted.bucket, choices, filtered, browser.theme())
spend, jobs = chart_panels.spend(found, at), chart_panels.jobs(found, at)
change = chart_panels.change(found, at, compared)
if in_cards.jobs:
    alone(spend, at, found.page)
explained = change.frame if change and not screen.by_name else None
figures = agreement.on_the_page(found.page, in_cards, spend.frame, jobs.frame, explained)
agreement.draw(figures, found.page, whole.zone)
if told := cards.parts(in_cards):
    st.markdown(f":small[:gray[{plain(told)}]]")
held = budgets.on_the_screen(read.budgets, screen)
budgets.warn(held)
budgets.opener(me.user_id, screen.zone)
if not in_cards.jobs:
    empty.draw(choices, screen, is_to_come=now < whole.span.start)
    st.stop()
with st.container(border=True):
    ranking.draw(found.ranking, at, compared, found.page.series.as_of)
month = chart_panels.this_month(found, at, budgets.lines(read.budgets, screen))
side_by_side(change, month, at, found.page)
side_by_side(jobs, chart_panels.unit_costs(found, at), at, found.page)
hours = chart_panels.hours(found, at)
if hours:
    alone(hours, at, found.page)
else:
    st.markdown(f":gray[Hours by weekday are drawn for ranges of up to {reads.LONGEST_HEAT_MAP_DAYS} days.]")
