"""Cost per job over time: the mean as a line, and a band from the median to the 95th percentile."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.frames import dollars, values
from genjobs.charts.picture import Filling, Picture, Spec, hole
from genjobs.charts.style import Words, money_axis, money_filling, picture, time_axis, time_filling, written
from genjobs.domain.counting import counted
from genjobs.domain.money import format_cents

COSTS = pa.schema(
    {
        "bucket": pa.string(),
        "jobs": pa.int64(),
        "p50_cents": pa.int64(),
        "p95_cents": pa.int64(),
        "mean": pa.float64(),
        "mean_text": pa.string(),
        "p50_text": pa.string(),
        "p95_text": pa.string(),
        "says": pa.string(),
    }
)


def cost_per_job(frame: pd.DataFrame, words: Words, time_title: str, theme: Theme) -> Picture:
    """Mean, median and 95th percentile by bucket; `frame` is `frames.unit_costs`; no jobs leave a gap."""
    labels, p95 = frame["bucket"].tolist(), values(frame["p95_cents"])
    costs = pa.table(_columns(frame), schema=COSTS)
    fillings: dict[str, Filling] = {
        **time_filling(labels, time_title),
        **money_filling(max((cents for cents in p95 if cents is not None), default=0)),
    }
    return picture(_written(theme), words, {"costs": costs}, fillings)


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    cents, jobs = frame["cents"].tolist(), frame["jobs"].tolist()
    p50, p95 = values(frame["p50_cents"]), values(frame["p95_cents"])
    spent = list(zip(cents, jobs, strict=True))
    means, medians, nearly_all = [_mean_text(*one) for one in spent], dollars(p50), dollars(p95)
    of_jobs = [counted(one, "job") for one in jobs]
    told = zip(frame["bucket"].tolist(), means, medians, nearly_all, of_jobs, strict=True)
    return {
        "bucket": frame["bucket"].tolist(),
        "jobs": jobs,
        "p50_cents": p50,
        "p95_cents": p95,
        "mean": [cents / jobs if jobs else None for cents, jobs in spent],
        "mean_text": means,
        "p50_text": medians,
        "p95_text": nearly_all,
        "says": ["{}: mean {}, median {}, 95th percentile {}, {}".format(*one) for one in told],
    }


@cache
def _written(theme: Theme) -> Spec:
    base = alt.Chart(alt.NamedData("costs")).encode(x=time_axis())
    return written(alt.layer(*_band(base, theme), *_mean_line(base, theme)), theme)


def _band(base: alt.Chart, theme: Theme) -> list[Any]:
    accent = INKS[theme].accent
    between = "From the median to the 95th percentile"
    area = base.mark_area(color=accent, opacity=0.18, line=False, description=between).encode(
        y=alt.Y("p50_cents:Q", axis=money_axis("US dollars a job")), y2="p95_cents:Q"
    )
    edges = [
        base.mark_line(color=accent, strokeWidth=1, strokeDash=dash, opacity=0.7, description=told).encode(
            y=alt.Y(f"{name}:Q")
        )
        for name, dash, told in (("p50_cents", [1, 0], "Median"), ("p95_cents", [4, 3], "95th percentile"))
    ]
    return [area, *edges]


def _mean_line(base: alt.Chart, theme: Theme) -> list[Any]:
    ink = INKS[theme]
    tooltip = [
        alt.Tooltip("bucket:O", title=hole("time")),
        alt.Tooltip("mean_text:N", title="Mean"),
        alt.Tooltip("p50_text:N", title="Median"),
        alt.Tooltip("p95_text:N", title="95th percentile"),
        alt.Tooltip("jobs:Q", title="Jobs", format=",d"),
    ]
    line = base.mark_line(color=ink.text, strokeWidth=2, description="Mean").encode(y="mean:Q")
    points = base.mark_point(color=ink.text, filled=True, size=28).encode(
        y="mean:Q", description="says:N", tooltip=tooltip
    )
    return [line, points]


def _mean_text(cents: int, jobs: int) -> str:
    return format_cents(round(Fraction(cents, jobs))) if jobs else ""
