"""Why spend changed: a waterfall chart from the spend before to the spend now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa

from genjobs.charts.colours import INKS, Ink, Theme
from genjobs.charts.picture import Picture, Spec, hole, holes
from genjobs.charts.style import Words, money_axis, money_filling, picture, written
from genjobs.domain.money import format_cents
from genjobs.domain.percents import MINUS

UP, DOWN, LEVEL = "More", "Less", "Total"
GAP, CHARACTER = 5, 7
"""In pixels: between a bar and its label, and the widest digit of the labels."""
STEPS = pa.schema(
    {
        "step": pa.string(),
        "from_cents": pa.int64(),
        "to_cents": pa.int64(),
        "kind": pa.string(),
        "text": pa.string(),
        "says": pa.string(),
        "top": pa.int64(),
        "next": pa.string(),
    }
)


def waterfall(frame: pd.DataFrame, words: Words, theme: Theme) -> Picture:
    """Waterfall bars, one per row, so that no labels overlap; `frame` is `frames.change`."""
    columns = _columns(frame)
    tables = {"steps": pa.table(columns, schema=STEPS)}
    fillings = {
        "steps": columns["step"],
        "end": _end(columns["text"]),
        **money_filling(max(columns["top"])),
    }
    return picture(_written(theme), words, tables, fillings)


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """One row per step; `next` is the step that its connector leads to, for the last step itself."""
    steps, cents = frame["step"].tolist(), frame["cents"].tolist()
    begins, ends = frame["from_cents"].tolist(), frame["to_cents"].tolist()
    totals = [place in (0, len(steps) - 1) for place in range(len(steps))]
    tops = [max(one) for one in zip(begins, ends, strict=True)]
    texts = [_text(*one) for one in zip(cents, totals, strict=True)]
    return {
        "step": steps,
        "from_cents": begins,
        "to_cents": ends,
        "kind": [_kind(*one) for one in zip(cents, totals, strict=True)],
        "text": texts,
        "says": [f"{step}: {text}" for step, text in zip(steps, texts, strict=True)],
        "top": tops,
        "next": [*steps[1:], steps[-1]],
    }


def _end(labels: Sequence[str]) -> str:
    """Where the axis ends, as an expression of the chart's width: the longest label fits behind it."""
    return f"max(width / 3, width - {GAP + CHARACTER * max(map(len, labels))})"


@cache
def _written(theme: Theme) -> Spec:
    ink = INKS[theme]
    axis = alt.Axis(title=None, labelLimit=150, ticks=False, grid=False, domain=False)
    base = alt.Chart(alt.NamedData("steps")).encode(y=alt.Y("step:O", sort=holes("steps"), axis=axis))
    layers = (_bars(base, ink), _connectors(base, ink), _labels(base, ink))
    return written(alt.layer(*layers), theme)


def _bars(base: alt.Chart, ink: Ink) -> Any:
    scale = alt.Scale(domain=[UP, DOWN, LEVEL], range=[ink.warning, ink.accent, ink.rest])
    place = alt.Scale(range=[0, {"expr": hole("end")}])
    return base.mark_bar().encode(
        x=alt.X("from_cents:Q", axis=money_axis(), scale=place),
        x2="to_cents:Q",
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, columns=3)),
        description="says:N",
        tooltip=[alt.Tooltip("step:O", title="Part"), alt.Tooltip("text:N", title="Amount")],
    )


def _connectors(base: alt.Chart, ink: Ink) -> Any:
    return (
        base.transform_filter("datum.step != datum.next")
        .mark_rule(color=ink.quiet, strokeDash=[2, 2], aria=False)
        .encode(x="to_cents:Q", y2="next:O")
    )


def _labels(base: alt.Chart, ink: Ink) -> Any:
    text = base.mark_text(color=ink.text, align="left", dx=GAP, fontSize=12, aria=False)
    return text.encode(x="top:Q", text="text:N")


def _kind(cents: int, total: bool) -> str:
    return LEVEL if total else UP if cents > 0 else DOWN


def _text(cents: int, total: bool) -> str:
    amount = format_cents(abs(cents))
    return amount if total and cents >= 0 else f"{MINUS if cents < 0 else '+' if cents else ''}{amount}"
