"""Bars over time: spend by the chosen split, and jobs by status. A click chooses a name and a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import altair as alt
import pandas as pd
import pyarrow as pa

from genjobs.charts.colours import INKS, Theme, status_palette
from genjobs.charts.frames import Total, totals
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
from genjobs.domain.counting import counted
from genjobs.domain.money import format_cents, format_dollars, format_short

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
        "total": pa.string(),
        "says": pa.string(),
        "rank": pa.int64(),
        "day": pa.string(),
    }
)
SUMS = pa.schema({"bucket": pa.string(), "height": pa.int64(), "text": pa.string(), "room": pa.int64()})
LONGEST_SUM = 5
SUM_SIZE = 10
FEW_CENTS = 1000


def spend(
    frame: pd.DataFrame, palette: Mapping[str, str], words: Words, time_title: str, legend: str, theme: Theme
) -> Picture:
    """Spend by bucket, stacked by name; `frame` is `frames.series` after `frames.fold_rest`."""
    return _picture("cents", frame, palette, words, time_title, legend, theme)


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
    shown, sums = _in_order(frame, palette), totals(frame)
    fillings: dict[str, Filling] = {
        **time_filling([one.bucket for one in sums], time_title),
        **colour_filling({name: palette.get(name, INKS[theme].rest) for name in shown}, shown, legend),
        **money_filling(max((one.cents for one in sums), default=0)),
    }
    tables = {"bars": _bars(frame, shown, sums, height), "sums": _sums(sums, height)}
    return picture(_written(height, len(shown) > MANY, theme), words, tables, fillings)


@cache
def _written(height: Height, many: bool, theme: Theme) -> Spec:
    return written(alt.layer(_stacked(height, many, theme), _written_sums(theme)), theme)


def _stacked(height: Height, many: bool, theme: Theme) -> Any:
    chosen = alt.selection_point(name=CHOSEN, fields=["key", "day"], on="click", clear=False)
    axis = money_axis() if height == "cents" else count_axis("Jobs")
    return (
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
                alt.Tooltip("total:N", title="Whole bar"),
            ],
        )
        .add_params(chosen)
    )


def _written_sums(theme: Theme) -> Any:
    """The sum of each bar above it, if there is room for all sums."""
    return (
        alt.Chart(alt.NamedData("sums"))
        .mark_text(color=INKS[theme].quiet, dy=-6, fontSize=SUM_SIZE, aria=False)
        .encode(
            x=time_axis(),
            y="height:Q",
            text="text:N",
            opacity=alt.condition("bandwidth('x') >= datum.room", alt.value(1), alt.value(0)),
        )
    )


def _bars(frame: pd.DataFrame, shown: Sequence[str], sums: Sequence[Total], height: Height) -> pa.Table:
    """One row per bar; `says` describes the bar for screen readers."""
    columns = {name: frame[name].tolist() for name in ("bucket", "key", "name", "jobs", "cents", "complete")}
    money = [format_cents(cents) for cents in columns["cents"]]
    parts = zip(columns["name"], columns["bucket"], money, columns["jobs"], strict=True)
    rank = {name: place for place, name in enumerate(shown)}
    of_bar = {one.bucket: _whole_bar(one, height) for one in sums}
    drawn = {
        **columns,
        "spend": money,
        "total": [of_bar[bucket] for bucket in columns["bucket"]],
        "says": [f"{name}, {bucket}: {spend}, {counted(jobs, 'job')}" for name, bucket, spend, jobs in parts],
        "rank": [rank[name] for name in columns["name"]],
        "day": [start.date().isoformat() for start in frame["start"]],
    }
    return pa.table(drawn, schema=BARS)


def _whole_bar(total: Total, height: Height) -> str:
    """The total of a bar, marked `so far` if its bucket has not ended."""
    amount = format_cents(total.cents) if height == "cents" else counted(total.jobs, "job")
    return amount if total.complete else f"{amount} so far"


def _sums(sums: Sequence[Total], height: Height) -> pa.Table:
    amounts = [one.cents if height == "cents" else one.jobs for one in sums]
    in_cents = height == "cents" and max(amounts, default=0) < FEW_CENTS
    texts = [(format_cents(one) if in_cents else _short(one, height)) if one else "" for one in amounts]
    room = round(max(map(len, texts), default=0) * SUM_SIZE * 0.58)
    drawn = {
        "bucket": [one.bucket for one in sums],
        "height": amounts,
        "text": texts,
        "room": [room] * len(texts),
    }
    return pa.table(drawn, schema=SUMS)


def _short(amount: int, height: Height) -> str:
    if height == "jobs":
        return f"{amount:,}"
    if amount < 50:
        return "<$1"
    dollars = format_dollars(amount)
    return dollars if len(dollars) <= LONGEST_SUM else format_short(amount, LONGEST_SUM)


def _in_order(frame: pd.DataFrame, palette: Mapping[str, str]) -> list[str]:
    """The names that occur, in the palette's order, then those that it lacks."""
    found = set(frame["name"].tolist())
    return [*(name for name in palette if name in found), *sorted(found - set(palette))]
