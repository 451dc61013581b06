"""When money is spent: hour by weekday."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import altair as alt
import pandas as pd
import pyarrow as pa

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.frames import WEEKDAYS
from genjobs.charts.picture import Filling, Picture, Spec, hole
from genjobs.charts.style import Words, money_filling, picture, written
from genjobs.domain.counting import counted
from genjobs.domain.money import format_cents

HOURS = pa.schema(
    {
        "weekday": pa.string(),
        "hour": pa.int64(),
        "jobs": pa.int64(),
        "cents": pa.int64(),
        "spend": pa.string(),
        "time": pa.string(),
        "says": pa.string(),
    }
)


def hours_of_week(frame: pd.DataFrame, words: Words, theme: Theme) -> Picture:
    """Spend by weekday and hour; `frame` is `frames.heat`."""
    columns = {name: frame[name].tolist() for name in ("weekday", "hour", "jobs", "cents")}
    spend = [format_cents(cents) for cents in columns["cents"]]
    times = [f"{hour:02d}:00" for hour in columns["hour"]]
    of_jobs = [counted(jobs, "job") for jobs in columns["jobs"]]
    told = zip(columns["weekday"], times, spend, of_jobs, strict=True)
    drawn = {**columns, "spend": spend, "time": times, "says": ["{} {}: {}, {}".format(*one) for one in told]}
    return picture(
        _written(theme), words, {"hours": pa.table(drawn, schema=HOURS)}, _legend(columns["cents"])
    )


def _legend(cents: Sequence[int]) -> dict[str, Filling]:
    """How the amounts of the legend are written, so that no two read the same: none is a part of a cent."""
    money = money_filling(max(cents) - min(cents))["money"]
    return {"money": f"datum.value % 1 ? '' : {money}"}


@cache
def _written(theme: Theme) -> Spec:
    legend = alt.Legend(
        orient="bottom",
        title="Spend",
        description="Legend of spend in US dollars",
        labelExpr=hole("money"),
        gradientLength=200,
        tickCount=3,
        tickMinStep=1,
    )
    hours = alt.Axis(title="Hour", labelAngle=0, labelOverlap=True, ticks=False, domain=False)
    cells = (
        alt.Chart(alt.NamedData("hours"))
        .mark_rect(stroke=INKS[theme].page, strokeWidth=1)
        .encode(
            x=alt.X("time:O", axis=hours),
            y=alt.Y("weekday:O", sort=list(WEEKDAYS), axis=alt.Axis(title=None, ticks=False, domain=False)),
            color=alt.Color(
                "cents:Q", scale=alt.Scale(range=list(INKS[theme].heat), interpolate="rgb"), legend=legend
            ),
            description="says:N",
            tooltip=[
                alt.Tooltip("weekday:O", title="Weekday"),
                alt.Tooltip("time:O", title="Hour from"),
                alt.Tooltip("spend:N", title="Spend"),
                alt.Tooltip("jobs:Q", title="Jobs", format=",d"),
            ],
        )
    )
    return written(cells, theme)
