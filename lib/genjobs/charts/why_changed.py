"""Why spend changed: from what it was, step by step, to what it is."""

from __future__ import annotations

from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa

from genjobs.charts.colours import INKS, Ink, Theme
from genjobs.charts.picture import Picture, Spec, holes
from genjobs.charts.style import Words, money_axis, money_filling, picture, written
from genjobs.domain.costs import MINUS
from genjobs.domain.money import format_cents

UP, DOWN, LEVEL = "More", "Less", "Total"
STEPS = pa.schema(
    {
        "step": pa.string(),
        "from_cents": pa.int64(),
        "to_cents": pa.int64(),
        "kind": pa.string(),
        "text": pa.string(),
        "top": pa.int64(),
        "next": pa.string(),
    }
)


def waterfall(frame: pd.DataFrame, words: Words, theme: Theme) -> Picture:
    """Bars that hang on each other; `frame` is `frames.change`."""
    columns = _columns(frame)
    tables = {"steps": pa.table(columns, schema=STEPS)}
    fillings = {"steps": columns["step"], **money_filling(max(columns["top"]))}
    return picture(_written(theme), words, tables, fillings)


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """A row a step; `next` is the step that its connector leads to, for the last step itself."""
    steps, cents = frame["step"].tolist(), frame["cents"].tolist()
    begins, ends = frame["from_cents"].tolist(), frame["to_cents"].tolist()
    totals = [step in (steps[0], steps[-1]) for step in steps]
    return {
        "step": steps,
        "from_cents": begins,
        "to_cents": ends,
        "kind": [_kind(*one) for one in zip(cents, totals, strict=True)],
        "text": [_text(*one) for one in zip(cents, totals, strict=True)],
        "top": [max(one) for one in zip(begins, ends, strict=True)],
        "next": [*steps[1:], steps[-1]],
    }


@cache
def _written(theme: Theme) -> Spec:
    ink = INKS[theme]
    axis = alt.Axis(title=None, labelAngle=0, labelLimit=120, ticks=False, grid=False)
    base = alt.Chart(alt.NamedData("steps")).encode(x=alt.X("step:O", sort=holes("steps"), axis=axis))
    return written(alt.layer(_bars(base, ink), _connectors(base, ink), _labels(base, ink)), theme)


def _bars(base: alt.Chart, ink: Ink) -> Any:
    scale = alt.Scale(domain=[UP, DOWN, LEVEL], range=[ink.warning, ink.accent, ink.rest])
    return base.mark_bar(size=44).encode(
        y=alt.Y("from_cents:Q", axis=money_axis()),
        y2="to_cents:Q",
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, columns=3)),
        tooltip=[alt.Tooltip("step:O", title="Part"), alt.Tooltip("text:N", title="Amount")],
    )


def _connectors(base: alt.Chart, ink: Ink) -> Any:
    return (
        base.transform_filter("datum.step != datum.next")
        .mark_rule(color=ink.quiet, strokeDash=[2, 2])
        .encode(y="to_cents:Q", x2="next:O")
    )


def _labels(base: alt.Chart, ink: Ink) -> Any:
    return base.mark_text(color=ink.text, dy=-8, fontSize=12).encode(y="top:Q", text="text:N")


def _kind(cents: int, total: bool) -> str:
    return LEVEL if total else UP if cents > 0 else DOWN


def _text(cents: int, total: bool) -> str:
    amount = format_cents(abs(cents))
    return amount if total and cents >= 0 else f"{MINUS if cents < 0 else '+' if cents else ''}{amount}"
