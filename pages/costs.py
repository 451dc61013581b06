"""Costs: what was spent, where, and why it changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from lib.console import (
    budgets,
    cost_reads,
    costs_address,
    costs_cards,
    costs_charts,
    costs_check,
    costs_filters,
    costs_panels,
    costs_words,
    reader,
    session,
)
from lib.console.costs_panels import Panel, Setting
from lib.console.wording import plain
from lib.domain.costs import total
from lib.domain.periods import midnight


def side_by_side(panels: Sequence[Panel], at: Setting, as_of: datetime) -> None:
    """Draw panels next to each other; below each other where the page is narrow."""
    for column, panel in zip(st.columns(len(panels)), panels, strict=True):
        with column:
            costs_charts.draw(panel, at, as_of)


me = session.require_user()
client = session.client()
now = datetime.now(UTC)
asked = costs_address.read()
screen = costs_address.allowed(asked.screen, analyst=me.is_analyst)
costs_address.write(screen)
whole = screen.period(now)

st.title("Costs", anchor=False)
st.markdown(f":gray[What was spent, where, and why it changed. Days are those of {plain(screen.zone)}.]")
tomorrow = midnight(now.astimezone(whole.zone).date() + timedelta(1), whole.zone)
choices = cost_reads.choices(me.user_id, client, screen.zone, screen.everyone, tomorrow)
costs_filters.draw(screen, choices, now, analyst=me.is_analyst)
costs_address.explain(asked, screen)

wanted = cost_reads.wanted(screen, now)
found = cost_reads.read(me.user_id, client, wanted)
in_cards = found.page.series.total
compared = costs_words.compared(screen, now)
budgets.warn(found.budgets)
costs_cards.draw(in_cards, total(found.before.values()), compared)

filtered = tuple(costs_words.chosen(screen, choices))
at = Setting(screen, whole.until(now), wanted.bucket, choices, filtered, reader.theme())
spend, jobs = costs_panels.spend(found, at), costs_panels.jobs(found, at)
as_of = found.page.series.as_of
costs_check.draw(
    costs_check.told(found, spend.frame, jobs.frame),
    found.page.recount,
    as_of,
    whole.zone,
    complete=found.page.series.complete,
)
budgets.opener(me.user_id, found.budgets, screen.zone)
if not in_cards.jobs:
    st.info(
        "No job was created in this range. Choose a longer one, or fewer filters.", icon=":material/inbox:"
    )
    st.stop()
budget_lines = budgets.lines(found.budgets, screen)
side_by_side([spend], at, as_of)
side_by_side([jobs, costs_panels.unit_costs(found, at)], at, as_of)
side_by_side([costs_panels.change(found, at), costs_panels.this_month(found, at, budget_lines)], at, as_of)
hours = costs_panels.hours(found, at)
if hours:
    side_by_side([hours], at, as_of)
else:
    st.markdown(f":gray[Hours by weekday are drawn for ranges of up to {cost_reads.LONGEST_FOR_HOURS} days.]")
