"""What a job costs over time: the mean as a line, and the band in which half to nearly all jobs lie."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.frames import money
from genjobs.charts.style import Words, dressed, money_axis, time_axis
from genjobs.domain.money import format_cents


def cost_per_job(frame: pd.DataFrame, words: Words, time_title: str, theme: Theme) -> Any:
    """Mean, median and 95th percentile by bucket; `frame` is `frames.unit_costs`; no jobs leave a gap."""
    drawn = frame.assign(
        mean=frame["cents"] / frame["jobs"].where(frame["jobs"] > 0),
        mean_text=[
            _mean_text(cents, jobs) for cents, jobs in zip(frame["cents"], frame["jobs"], strict=True)
        ],
        p50_text=money(frame["p50_cents"]),
        p95_text=money(frame["p95_cents"]),
    ).drop(columns="start")
    highest = int(frame["p95_cents"].max()) if frame["p95_cents"].notna().any() else 0
    base = alt.Chart(drawn).encode(x=time_axis(list(frame["bucket"]), time_title))
    axis = money_axis(highest, "US dollars a job")
    return dressed(alt.layer(*_band(base, axis, theme), *_mean_line(base, time_title, theme)), words, theme)


def _band(base: alt.Chart, axis: alt.Axis, theme: Theme) -> list[Any]:
    accent = INKS[theme].accent
    area = base.mark_area(color=accent, opacity=0.18, line=False).encode(
        y=alt.Y("p50_cents:Q", axis=axis), y2="p95_cents:Q"
    )
    edges = [
        base.mark_line(color=accent, strokeWidth=1, strokeDash=dash, opacity=0.7).encode(y=alt.Y(f"{name}:Q"))
        for name, dash in (("p50_cents", [1, 0]), ("p95_cents", [4, 3]))
    ]
    return [area, *edges]


def _mean_line(base: alt.Chart, time_title: str, theme: Theme) -> list[Any]:
    ink = INKS[theme]
    tooltip = [
        alt.Tooltip("bucket:O", title=time_title),
        alt.Tooltip("mean_text:N", title="Mean"),
        alt.Tooltip("p50_text:N", title="Median (p50)"),
        alt.Tooltip("p95_text:N", title="95 of 100 cost at most (p95)"),
        alt.Tooltip("jobs:Q", title="Jobs", format=",d"),
    ]
    line = base.mark_line(color=ink.text, strokeWidth=2).encode(y="mean:Q")
    points = base.mark_point(color=ink.text, filled=True, size=28).encode(y="mean:Q", tooltip=tooltip)
    return [line, points]


def _mean_text(cents: int, jobs: int) -> str:
    return format_cents((2 * cents + jobs) // (2 * jobs)) if jobs else ""
