"""How every chart looks: quiet axes in the page's colours, and a title that says what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt

from genjobs.charts.colours import INKS, Theme

HEIGHT = 220
TICKS = 12
FONT = "Source Sans, Liberation Sans, sans-serif"
CHOSEN = "chosen"

DOLLARS = "(datum.value < 0 ? '−' : '') + format(abs(datum.value) / 100, {})"


@dataclass(frozen=True)
class Words:
    """What stands above a chart: what it shows, and for when and where."""

    title: str
    subtitle: str = ""


def dressed(chart: Any, words: Words, theme: Theme) -> Any:
    """The chart with its title and in the colours of the page, at the width of its place."""
    ink = INKS[theme]
    title = alt.TitleParams(words.title, subtitle=[words.subtitle] if words.subtitle else alt.Undefined)
    return (
        chart.properties(
            title=title,
            width="container",
            height=HEIGHT,
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .configure(
            background="transparent", font=FONT, padding={"left": 4, "right": 8, "top": 4, "bottom": 4}
        )
        .configure_view(strokeWidth=0)
        .configure_title(
            anchor="start",
            frame="group",
            color=ink.text,
            subtitleColor=ink.quiet,
            fontSize=15,
            fontWeight=600,
            subtitleFontSize=12,
            offset=12,
        )
        .configure_axis(
            labelColor=ink.quiet,
            titleColor=ink.quiet,
            gridColor=ink.grid,
            domainColor=ink.grid,
            tickColor=ink.grid,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight=400,
        )
        .configure_legend(
            labelColor=ink.text,
            titleColor=ink.quiet,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight=400,
            symbolType="square",
        )
    )


def money_axis(highest: int, title: str = "US dollars") -> alt.Axis:
    """An axis for cents that reads in dollars; with cents where the highest value is under ten dollars."""
    pattern = "'$,.2f'" if abs(highest) < 1000 else "'$,.0f'"
    return alt.Axis(title=title, labelExpr=DOLLARS.format(pattern), tickCount=5, domain=False, ticks=False)


def count_axis(title: str) -> alt.Axis:
    """An axis for whole numbers."""
    return alt.Axis(title=title, format=",d", tickCount=5, tickMinStep=1, domain=False, ticks=False)


def time_axis(labels: Sequence[str], title: str) -> alt.X:
    """The buckets in their order, some of them labelled. Each label must occur once."""
    step = max(1, -(-len(labels) // TICKS))
    axis = alt.Axis(
        title=title,
        values=list(labels[::step]),
        labelAngle=0,
        labelOverlap=True,
        labelSeparation=10,
        grid=False,
        ticks=False,
    )
    return alt.X("bucket:O", sort=list(labels), axis=axis, scale=alt.Scale(paddingInner=0.15))


def colour(palette: dict[str, str], names: Sequence[str], title: str) -> alt.Color:
    """The colour by name, fixed, with a legend that fits a narrow page."""
    scale = alt.Scale(domain=list(names), range=[palette[name] for name in names])
    legend = alt.Legend(orient="bottom", title=title, columns=2 if len(names) > 3 else 3, labelLimit=150)
    return alt.Color("name:N", scale=scale, legend=legend)
