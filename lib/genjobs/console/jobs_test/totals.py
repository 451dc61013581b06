"""Totals as the database added them up: jobs, cost and mean cost by status, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from genjobs.console.kit import recipe_view, recipes
from genjobs.console.kit.badges import badge
from genjobs.console.kit.wording import plain
from genjobs.data.statistics import total_cost_cents
from genjobs.domain.money import format_cents, format_mean_cents
from genjobs.domain.rows import StatusStatistics
from genjobs.domain.workflow import Status

NONE_YET = "–"
HEAD = ("Status", "Jobs", "Cost", "Mean cost")
SIDES = "| :--- | ---: | ---: | ---: |"


def popover(statistics: Sequence[StatusStatistics]) -> None:
    """Draw a button that opens the table, with its code."""
    opened = st.popover("Totals", icon=":material/functions:", key="totals", on_change="rerun")
    if not opened.open:
        return
    with opened, st.container(width=recipe_view.WIDTH):
        table(statistics)
        st.markdown(":small[:gray[Of all your projects, in code:]]")
        recipe_view.texts(recipes.get_statistics())


def table(statistics: Sequence[StatusStatistics]) -> None:
    """Draw one line for each status, also the ones that do not occur, and one for the total."""
    found = {line.status: line for line in statistics}
    count, cents = sum(line.count for line in statistics), total_cost_cents(statistics)
    lines = [_line(badge(status), *_figures(found.get(status))) for status in Status]
    lines.append(_line("**All jobs**", count, cents))
    st.markdown("\n".join([_row(*HEAD), SIDES, *lines]))


def _figures(line: StatusStatistics | None) -> tuple[int, int]:
    return (line.count, line.total_cost_cents) if line else (0, 0)


def _line(name: str, count: int, cents: int) -> str:
    mean = plain(format_mean_cents(Decimal(cents) / count)) if count else NONE_YET
    return _row(name, f"{count:,}", plain(format_cents(cents)), mean)


def _row(*cells: str) -> str:
    return "".join(f"| :small[{cell}] " for cell in cells) + "|"
