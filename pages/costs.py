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
    filters,
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


def side_by_side(left: Panel, right: Panel, at: Setting, page: CostPage) -> None:
    """Draw panels next to each other; below each other where the page is narrow."""
    for column, panel in zip(st.columns(2, border=True), (left, right), strict=True):
        with column:
            chart_card.draw(panel, at, page)


def alone(panel: Panel, at: Setting, page: CostPage) -> None:
    """Draw a panel at the page's whole width."""
    with st.container(border=True):
        chart_card.draw(panel, at, page)


me = guard.require_user()
client = session.client_of(me)
now = datetime.now(UTC)
asked = url_state.read()
screen = url_state.allowed(asked.screen, analyst=me.is_analyst)
url_state.write(screen)
whole = screen.period(now)

st.title("Costs", anchor=False)
st.markdown(f":gray[What was spent, where, and why it changed. Days are those of {plain(screen.zone)}.]")
tomorrow = midnight(now.astimezone(whole.zone).date() + timedelta(1), whole.zone)
choices = reads.choices(
    me.user_id, client, screen.zone, screen.everyone, tomorrow, sees_everyone=me.sees_everyone
)
filters.draw(screen, choices, now, analyst=me.is_analyst)
url_state.explain(asked, screen)

wanted = reads.wanted(screen, now)
read = reads.read(me.user_id, client, wanted, sees_everyone=me.sees_everyone)
found = read.figures
in_cards = found.page.series.total
compared = captions.compared(screen, now)
budgets.warn(read.budgets)
cards.draw(in_cards, total(found.before.values()), compared)

filtered = tuple(captions.chosen(screen, choices))
at = Setting(screen, whole.until(now), wanted.bucket, choices, filtered, browser.theme())
spend, jobs, change = (
    draw(found, at) for draw in (chart_panels.spend, chart_panels.jobs, chart_panels.change)
)
figures = agreement.on_the_page(found.page, in_cards, spend.frame, jobs.frame, change.frame)
agreement.draw(figures, found.page, whole.zone)
budgets.opener(me.user_id, read.budgets, screen.zone)
if not in_cards.jobs:
    st.info(
        "No job was created in this range. Choose a longer one, or fewer filters.", icon=":material/inbox:"
    )
    st.stop()
budget_lines = budgets.lines(read.budgets, screen)
alone(spend, at, found.page)
side_by_side(jobs, chart_panels.unit_costs(found, at), at, found.page)
side_by_side(change, chart_panels.this_month(found, at, budget_lines), at, found.page)
hours = chart_panels.hours(found, at)
if hours:
    alone(hours, at, found.page)
else:
    st.markdown(f":gray[Hours by weekday are drawn for ranges of up to {reads.LONGEST_HEAT_MAP_DAYS} days.]")
