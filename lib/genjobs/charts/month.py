"""The month so far, added up, what is probably to come, and the lines that budgets draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.frames import money
from genjobs.charts.style import Words, dressed, money_axis, time_axis

PARTS = ("spent", "forecast")


@dataclass(frozen=True)
class BudgetLine:
    """A height at which a line is drawn, in cents, and what is written at it."""

    label: str
    cents: int


def cumulative(
    frame: pd.DataFrame, labels: Sequence[str], budgets: Sequence[BudgetLine], words: Words, theme: Theme
) -> Any:
    """`frame` has a row a day and part (`spent` or `forecast`): bucket, part, cents, low_cents, high_cents.

    `labels` are all days of the month. The band is missing where money is spent already.
    """
    drawn = frame.assign(
        total=money(frame["cents"]), low=money(frame["low_cents"]), high=money(frame["high_cents"])
    )
    highest = max([0, *frame["cents"], *frame["high_cents"].dropna(), *(line.cents for line in budgets)])
    base = alt.Chart(drawn).encode(x=time_axis(labels, "Day"))
    axis = money_axis(int(highest), "US dollars since the 1st")
    layers = [_band(base, axis, theme), _lines(base, theme), _points(base, theme)]
    return dressed(alt.layer(*layers, *_budgets(budgets, labels, theme)), words, theme)


def _band(base: alt.Chart, axis: alt.Axis, theme: Theme) -> Any:
    return (
        base.transform_filter("datum.part == 'forecast'")
        .mark_area(color=INKS[theme].accent, opacity=0.18)
        .encode(y=alt.Y("low_cents:Q", axis=axis), y2="high_cents:Q")
    )


def _lines(base: alt.Chart, theme: Theme) -> Any:
    dash = alt.StrokeDash(
        "part:N", scale=alt.Scale(domain=list(PARTS), range=[[1, 0], [5, 4]]), legend=_legend()
    )
    return base.mark_line(color=INKS[theme].accent, strokeWidth=2).encode(y="cents:Q", strokeDash=dash)


def _legend() -> alt.Legend:
    return alt.Legend(orient="bottom", title=None, symbolType="stroke", columns=2)


def _points(base: alt.Chart, theme: Theme) -> Any:
    tooltip = [
        alt.Tooltip("bucket:O", title="Up to the end of"),
        alt.Tooltip("part:N", title="This is"),
        alt.Tooltip("total:N", title="Since the 1st"),
        alt.Tooltip("low:N", title="Band from"),
        alt.Tooltip("high:N", title="Band to"),
    ]
    return base.mark_point(color=INKS[theme].accent, filled=True, size=24).encode(
        y="cents:Q", tooltip=tooltip
    )


def _budgets(budgets: Sequence[BudgetLine], labels: Sequence[str], theme: Theme) -> list[Any]:
    if not budgets or not labels:
        return []
    ink = INKS[theme]
    lines = pd.DataFrame(
        {
            "cents": [line.cents for line in budgets],
            "label": [line.label for line in budgets],
            "bucket": labels[0],
        }
    )
    base = alt.Chart(lines)
    rule = base.mark_rule(color=ink.warning, strokeWidth=1.5, strokeDash=[2, 3]).encode(y="cents:Q")
    text = base.mark_text(color=ink.text, align="left", dy=-7, fontSize=12).encode(
        x=time_axis(labels, "Day"), y="cents:Q", text="label:N"
    )
    return [rule, text]
