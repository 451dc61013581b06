"""Bars over time: spend by what it is split by, and jobs by status. A click chooses a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal

import altair as alt
import pandas as pd
import pyarrow as pa

from genjobs.charts.colours import INKS, OTHER, Theme, status_palette
from genjobs.charts.frames import fold_rest
from genjobs.charts.picture import Filling, Picture, Spec, hole
from genjobs.charts.style import (
    CHOSEN,
    Words,
    colour,
    colour_filling,
    count_axis,
    money_axis,
    money_filling,
    picture,
    time_axis,
    time_filling,
    written,
)
from genjobs.domain.money import format_cents

STILL_RUNNING = 0.55
MANY = 3
Height = Literal["cents", "jobs"]
BARS = pa.schema(
    {
        "bucket": pa.string(),
        "key": pa.string(),
        "name": pa.string(),
        "jobs": pa.int64(),
        "cents": pa.int64(),
        "complete": pa.bool_(),
        "spend": pa.string(),
        "state": pa.string(),
        "says": pa.string(),
        "rank": pa.int64(),
    }
)


def spend(
    frame: pd.DataFrame, palette: Mapping[str, str], words: Words, time_title: str, legend: str, theme: Theme
) -> Picture:
    """Spend by bucket, stacked by name; `frame` is `frames.series`, the names are the palette's."""
    folded = fold_rest(frame, palette, theme)
    return _picture("cents", folded, palette, words, time_title, legend, theme)


def jobs(frame: pd.DataFrame, words: Words, time_title: str, theme: Theme) -> Picture:
    """Jobs by bucket, stacked by status; `frame` is `frames.series` split by status."""
    return _picture("jobs", frame, status_palette(theme), words, time_title, "Status", theme)


def _picture(
    height: Height,
    frame: pd.DataFrame,
    palette: Mapping[str, str],
    words: Words,
    time_title: str,
    legend: str,
    theme: Theme,
) -> Picture:
    shown = _in_order(frame["name"].tolist(), palette)
    bars = _bars(frame, shown)
    labels = list(dict.fromkeys(frame["bucket"]))
    fillings: dict[str, Filling] = {
        **time_filling(labels, time_title),
        **colour_filling({name: palette.get(name, INKS[theme].rest) for name in shown}, shown, legend),
        **money_filling(_highest(frame)),
    }
    return picture(_written(height, len(shown) > MANY, theme), words, {"bars": bars}, fillings)


@cache
def _written(height: Height, many: bool, theme: Theme) -> Spec:
    chosen = alt.selection_point(name=CHOSEN, fields=["key"], on="click", clear=False)
    axis = money_axis() if height == "cents" else count_axis("Jobs")
    bars = (
        alt.Chart(alt.NamedData("bars"))
        .mark_bar(cursor="pointer", stroke=INKS[theme].page, strokeWidth=0.5)
        .encode(
            x=time_axis(),
            y=alt.Y(f"{height}:Q", axis=axis, stack="zero"),
            color=colour(many=many),
            description="says:N",
            order=alt.Order("rank:Q"),
            opacity=alt.condition("datum.complete", alt.value(1), alt.value(STILL_RUNNING)),
            tooltip=[
                alt.Tooltip("bucket:O", title=hole("time")),
                alt.Tooltip("name:N", title=hole("legend")),
                alt.Tooltip("spend:N", title="Spend"),
                alt.Tooltip("jobs:Q", title="Jobs", format=",d"),
                alt.Tooltip("state:N", title="This bar is"),
            ],
        )
        .add_params(chosen)
    )
    return written(bars, theme)


def _bars(frame: pd.DataFrame, shown: Sequence[str]) -> pa.Table:
    """A row a bar; `says` is the bar in words, for those who hear the page."""
    columns = {name: frame[name].tolist() for name in ("bucket", "key", "name", "jobs", "cents", "complete")}
    money = [format_cents(cents) for cents in columns["cents"]]
    parts = zip(columns["name"], columns["bucket"], money, columns["jobs"], strict=True)
    rank = {name: place for place, name in enumerate(shown)}
    drawn = {
        **columns,
        "spend": money,
        "state": ["complete" if complete else "still running" for complete in columns["complete"]],
        "says": [f"{name}, {bucket}: {spend}, {jobs:,} jobs" for name, bucket, spend, jobs in parts],
        "rank": [rank[name] for name in columns["name"]],
    }
    return pa.table(drawn, schema=BARS)


def _highest(frame: pd.DataFrame) -> int:
    """The cents of the highest bar."""
    by_bucket: Counter[str] = Counter()
    for bucket, cents in zip(frame["bucket"], frame["cents"].tolist(), strict=True):
        by_bucket[bucket] += cents
    return max(by_bucket.values(), default=0)


def _in_order(names: Sequence[str], palette: Mapping[str, str]) -> list[str]:
    """The names that occur, in the palette's order, `other` last."""
    found = set(names)
    known = [name for name in palette if name in found and name != OTHER]
    strange = sorted(name for name in found if name not in palette)
    return [*known, *strange, *([OTHER] if OTHER in found else [])]
