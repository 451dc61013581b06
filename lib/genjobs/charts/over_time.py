"""Bars over time: spend by what it is split by, and jobs by status. A click chooses a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from genjobs.charts.colours import INKS, OTHER, Theme, status_palette
from genjobs.charts.frames import fold_rest, money
from genjobs.charts.style import CHOSEN, Words, colour, count_axis, dressed, money_axis, time_axis

STILL_RUNNING = 0.55


def spend(
    frame: pd.DataFrame, palette: Mapping[str, str], words: Words, time_title: str, legend: str, theme: Theme
) -> Any:
    """Spend by bucket, stacked by name; `frame` is `frames.series`, the names are the palette's."""
    folded = fold_rest(frame, palette, theme)
    highest = int(folded.groupby("bucket")["cents"].sum().max()) if len(folded) else 0
    axis = alt.Y("cents:Q", axis=money_axis(highest), stack="zero")
    return _bars(folded, palette, axis, words, time_title, legend, theme)


def jobs(frame: pd.DataFrame, words: Words, time_title: str, theme: Theme) -> Any:
    """Jobs by bucket, stacked by status; `frame` is `frames.series` split by status."""
    axis = alt.Y("jobs:Q", axis=count_axis("Jobs"), stack="zero")
    return _bars(frame, status_palette(theme), axis, words, time_title, "Status", theme)


def _bars(
    frame: pd.DataFrame,
    palette: Mapping[str, str],
    height: alt.Y,
    words: Words,
    time_title: str,
    legend: str,
    theme: Theme,
) -> Any:
    shown = _in_order(frame, palette)
    drawn = frame.assign(
        spend=money(frame["cents"]),
        state=frame["complete"].map({True: "complete", False: "still running"}),
        says=_spoken(frame),
        rank=frame["name"].map({name: rank for rank, name in enumerate(shown)}),
    ).drop(columns="start")
    chosen = alt.selection_point(name=CHOSEN, fields=["key"], on="click", clear=False)
    labels = list(dict.fromkeys(frame["bucket"]))
    bars = (
        alt.Chart(drawn)
        .mark_bar(cursor="pointer", stroke=INKS[theme].page, strokeWidth=0.5)
        .encode(
            x=time_axis(labels, time_title),
            y=height,
            color=colour(_full(palette, shown, theme), shown, legend),
            description="says:N",
            order=alt.Order("rank:Q"),
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(STILL_RUNNING)),
            tooltip=[
                alt.Tooltip("bucket:O", title=time_title),
                alt.Tooltip("name:N", title=legend),
                alt.Tooltip("spend:N", title="Spend"),
                alt.Tooltip("jobs:Q", title="Jobs", format=",d"),
                alt.Tooltip("state:N", title="This bar is"),
            ],
        )
        .add_params(chosen)
    )
    return dressed(bars, words, theme)


def _spoken(frame: pd.DataFrame) -> list[str]:
    """Each bar in words, for those who hear the page."""
    parts = zip(frame["name"], frame["bucket"], money(frame["cents"]), frame["jobs"], strict=True)
    return [f"{name}, {bucket}: {spend}, {jobs:,} jobs" for name, bucket, spend, jobs in parts]


def _in_order(frame: pd.DataFrame, palette: Mapping[str, str]) -> list[str]:
    """The names that occur, in the palette's order, `other` last."""
    found = list(dict.fromkeys(frame["name"]))
    known = [name for name in palette if name in found and name != OTHER]
    strange = sorted(name for name in found if name not in palette)
    return [*known, *strange, *([OTHER] if OTHER in found else [])]


def _full(palette: Mapping[str, str], shown: list[str], theme: Theme) -> dict[str, str]:
    return {name: palette.get(name, INKS[theme].rest) for name in shown}
