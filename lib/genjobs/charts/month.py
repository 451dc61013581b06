"""The month's cumulative spend, its forecast, and the lines of budgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.frames import dollars, values
from genjobs.charts.picture import Filling, Picture, Spec
from genjobs.charts.style import Words, money_axis, money_filling, picture, time_axis, time_filling, written

PARTS = ("spent", "forecast")
IN_SIGHT = 2
NEAR = 0.09
"""The part of the chart's height in which two labels would be drawn over each other."""
DAYS = pa.schema(
    {
        "bucket": pa.string(),
        "part": pa.string(),
        "cents": pa.int64(),
        "low_cents": pa.int64(),
        "high_cents": pa.int64(),
        "total": pa.string(),
        "low": pa.string(),
        "high": pa.string(),
        "says": pa.string(),
    }
)
LINES = pa.schema({"cents": pa.int64(), "label": pa.string(), "bucket": pa.string()})


@dataclass(frozen=True)
class BudgetLine:
    """A horizontal line: its label and its height in cents."""

    label: str
    cents: int


def in_sight(frame: pd.DataFrame, budgets: Sequence[BudgetLine]) -> list[BudgetLine]:
    """The lines that fit the chart: a line far above the spend would flatten the spend and its band."""
    highest = max(
        (one for one in [*values(frame["cumulative_cents"]), *values(frame["high_cents"])] if one), default=0
    )
    return [line for line in budgets if line.cents <= IN_SIGHT * highest]


def cumulative(
    frame: pd.DataFrame, labels: Sequence[str], budgets: Sequence[BudgetLine], words: Words, theme: Theme
) -> Picture:
    """`frame` has a row per day and part (`spent` or `forecast`): bucket, part, cents, low_cents, high_cents.

    `labels` are all days of the month, at least one. Days already spent have no band.
    """
    columns = _columns(frame)
    heights = [*columns["cents"], *columns["high_cents"], *(line.cents for line in budgets)]
    highest = max((cents for cents in heights if cents is not None), default=0)
    fillings: dict[str, Filling] = {
        **time_filling(labels, "Day"),
        **money_filling(highest),
    }
    tables = {"days": pa.table(columns, schema=DAYS)}
    if budgets:
        tables["budgets"] = _lines(budgets, labels[0], highest)
    return picture(_written(bool(budgets), theme), words, tables, fillings)


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    cents, low, high = (values(frame[name]) for name in ("cumulative_cents", "low_cents", "high_cents"))
    days, parts, totals = frame["bucket"].tolist(), frame["part"].tolist(), dollars(cents)
    return {
        "bucket": days,
        "part": parts,
        "cents": cents,
        "low_cents": low,
        "high_cents": high,
        "total": totals,
        "says": [f"{day}, {part}: {total}" for day, part, total in zip(days, parts, totals, strict=True)],
        "low": dollars(low),
        "high": dollars(high),
    }


def _lines(budgets: Sequence[BudgetLine], first: str, highest: int) -> pa.Table:
    """One row per line; labels of lines that are near each other are drawn side by side."""
    rows: list[dict[str, Any]] = []
    for line in sorted(budgets, key=lambda one: one.cents, reverse=True):
        near = next(
            (row for row in rows if row["label"] and row["cents"] - line.cents < NEAR * highest), None
        )
        if near:
            near["label"] += f" · {line.label}"
        rows.append({"cents": line.cents, "label": "" if near else line.label, "bucket": first})
    return pa.Table.from_pylist(rows, schema=LINES)


@cache
def _written(with_budgets: bool, theme: Theme) -> Spec:
    base = alt.Chart(alt.NamedData("days")).encode(x=time_axis())
    layers = [_band(base, theme), _band_of_one_day(base, theme), _spent(base, theme), _points(base, theme)]
    return written(alt.layer(*layers, *(_budgets(theme) if with_budgets else [])), theme)


def _band(base: alt.Chart, theme: Theme) -> Any:
    return (
        base.transform_filter("datum.part == 'forecast'")
        .mark_area(color=INKS[theme].accent, opacity=0.3, description="The forecast's band")
        .encode(y=alt.Y("low_cents:Q", axis=money_axis("US dollars since the 1st")), y2="high_cents:Q")
    )


def _band_of_one_day(base: alt.Chart, theme: Theme) -> Any:
    """The band where the last day of the month is all that is forecast: an area of one day has no width.

    On other days this layer is empty, and a screen reader would meet a group without a name.
    """
    return (
        base.transform_filter("datum.part == 'forecast'")
        .transform_joinaggregate(days="count()")
        .transform_filter("datum.days == 1")
        .mark_rule(color=INKS[theme].accent, opacity=0.3, strokeWidth=8, aria=False)
        .encode(y="low_cents:Q", y2="high_cents:Q")
    )


def _spent(base: alt.Chart, theme: Theme) -> Any:
    dash = alt.StrokeDash(
        "part:N", scale=alt.Scale(domain=list(PARTS), range=[[1, 0], [5, 4]]), legend=_legend()
    )
    line = base.mark_line(color=INKS[theme].accent, strokeWidth=2, description="Spend since the 1st")
    return line.encode(y="cents:Q", strokeDash=dash)


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
        y="cents:Q", description="says:N", tooltip=tooltip
    )


def _budgets(theme: Theme) -> list[Any]:
    ink = INKS[theme]
    base = alt.Chart(alt.NamedData("budgets"))
    line = base.mark_rule(color=ink.warning, strokeWidth=1.5, strokeDash=[2, 3], description="Budget")
    rule = line.encode(y="cents:Q")
    text = base.mark_text(color=ink.text, align="left", dy=-7, fontSize=12).encode(
        x=time_axis(), y="cents:Q", text="label:N", description="label:N"
    )
    return [rule, text]
