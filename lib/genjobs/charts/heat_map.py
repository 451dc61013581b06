"""When money is spent: hour by weekday."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.frames import WEEKDAYS, money
from genjobs.charts.style import DOLLARS, Words, dressed


def hours_of_week(frame: pd.DataFrame, words: Words, theme: Theme) -> Any:
    """Spend by weekday and hour; `frame` is `frames.heat`."""
    drawn = frame.assign(spend=money(frame["cents"]), time=[f"{hour:02d}:00" for hour in frame["hour"]])
    legend = alt.Legend(
        orient="bottom", title="Spend", labelExpr=DOLLARS.format("'$,.0f'"), gradientLength=200, tickCount=3
    )
    hours = alt.Axis(title="Hour", labelAngle=0, labelOverlap=True, ticks=False, domain=False)
    chart = (
        alt.Chart(drawn)
        .mark_rect(stroke=INKS[theme].page, strokeWidth=1)
        .encode(
            x=alt.X("time:O", axis=hours),
            y=alt.Y("weekday:O", sort=list(WEEKDAYS), axis=alt.Axis(title=None, ticks=False, domain=False)),
            color=alt.Color(
                "cents:Q", scale=alt.Scale(range=list(INKS[theme].heat), interpolate="rgb"), legend=legend
            ),
            tooltip=[
                alt.Tooltip("weekday:O", title="Weekday"),
                alt.Tooltip("time:O", title="Hour from"),
                alt.Tooltip("spend:N", title="Spend"),
                alt.Tooltip("jobs:Q", title="Jobs", format=",d"),
            ],
        )
    )
    return dressed(chart, words, theme)
