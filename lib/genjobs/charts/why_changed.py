"""Why spend changed: from what it was, step by step, to what it is."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from genjobs.charts.colours import INKS, Ink, Theme
from genjobs.charts.style import Words, dressed, money_axis
from genjobs.domain.costs import MINUS
from genjobs.domain.money import format_cents

UP, DOWN, LEVEL = "More", "Less", "Total"


def waterfall(frame: pd.DataFrame, words: Words, theme: Theme) -> Any:
    """Bars that hang on each other; `frame` is `frames.change`."""
    ink, steps = INKS[theme], list(frame["step"])
    totals = frame["step"].isin([steps[0], steps[-1]])
    drawn = frame.assign(
        kind=[_kind(cents, total) for cents, total in zip(frame["cents"], totals, strict=True)],
        text=[_text(cents, total) for cents, total in zip(frame["cents"], totals, strict=True)],
        top=frame[["from_cents", "to_cents"]].max(axis=1),
        next=[*steps[1:], steps[-1]],
    )
    highest = int(drawn["top"].max())
    axis = alt.Axis(title=None, labelAngle=0, labelLimit=120, ticks=False, grid=False)
    base = alt.Chart(drawn).encode(x=alt.X("step:O", sort=steps, axis=axis))
    layers = [_bars(base, money_axis(highest), ink), _connectors(base, steps, ink), _labels(base, ink)]
    return dressed(alt.layer(*layers), words, theme)


def _bars(base: alt.Chart, axis: alt.Axis, ink: Ink) -> Any:
    scale = alt.Scale(domain=[UP, DOWN, LEVEL], range=[ink.warning, ink.accent, ink.rest])
    return base.mark_bar(size=44).encode(
        y=alt.Y("from_cents:Q", axis=axis),
        y2="to_cents:Q",
        color=alt.Color("kind:N", scale=scale, legend=alt.Legend(orient="bottom", title=None, columns=3)),
        tooltip=[alt.Tooltip("step:O", title="Part"), alt.Tooltip("text:N", title="Amount")],
    )


def _connectors(base: alt.Chart, steps: list[str], ink: Ink) -> Any:
    return (
        base.transform_filter(f"datum.step != '{steps[-1]}'")
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
