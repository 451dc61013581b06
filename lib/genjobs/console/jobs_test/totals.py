"""The reader's totals, as the database added them up: jobs and cost by status, and all together."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from genjobs.console.kit.badges import badge
from genjobs.console.kit.wording import plain
from genjobs.data.statistics import total_cost_cents
from genjobs.domain.money import format_cents, format_mean_cents
from genjobs.domain.rows import StatusStatistics
from genjobs.domain.workflow import Status

NONE_YET = "–"


def table(statistics: Sequence[StatusStatistics]) -> None:
    """Draw one line for each status, also the ones that do not occur, and one for the total."""
    found = {line.status: line for line in statistics}
    count, cents = sum(line.count for line in statistics), total_cost_cents(statistics)
    lines = [_line(badge(status), *_figures(found.get(status))) for status in Status]
    lines.append(_line("**All jobs**", count, cents))
    frame = pd.DataFrame(lines, columns=["Status", "Jobs", "Cost", "Mean cost"]).set_index("Status")
    st.table(frame.style.format({"Jobs": "{:,}", "Cost": _money, "Mean cost": _mean}), border="horizontal")


def _figures(line: StatusStatistics | None) -> tuple[int, int]:
    return (line.count, line.total_cost_cents) if line else (0, 0)


def _line(name: str, count: int, cents: int) -> tuple[str, int, int, Decimal | None]:
    return name, count, cents, Decimal(cents) / count if count else None


def _money(cents: Any) -> str:
    return plain(format_cents(cents))


def _mean(cents: Any) -> str:
    return NONE_YET if cents is None else plain(format_mean_cents(cents))
