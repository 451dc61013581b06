"""The style of all charts: light axes in the page's colours, and a title that says what is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import pyarrow as pa

from genjobs.charts.colours import INKS, Theme
from genjobs.charts.picture import Filling, Picture, Spec, filled, hole, holes

HEIGHT = 220
TICKS = 12
PARTS_OF_A_DAY = (1, 2, 3, 4, 6, 8, 12)
FONT = "Source Sans, Liberation Sans, sans-serif"
CHOSEN = "chosen"

_DOLLARS = "(datum.value < 0 ? '−' : '') + format(abs(datum.value) / 100, {})"
DOLLARS = _DOLLARS.format("'$,.0f'")
DOLLARS_AND_CENTS = _DOLLARS.format("'$,.2f'")


@dataclass(frozen=True)
class Words:
    """The title of a chart, and its subtitle with period, zone and filters."""

    title: str
    subtitle: str = ""


def picture(
    written: Spec, words: Words, tables: Mapping[str, pa.Table], fillings: Mapping[str, Filling]
) -> Picture:
    """A written chart, filled with its title, its data and the other values of a run."""
    subtitle = [words.subtitle] if words.subtitle else []
    return Picture(filled(written, {"title": words.title, "subtitle": subtitle, **fillings}), tables)


def written(chart: Any, theme: Theme) -> Spec:
    """A chart as Vega-Lite, in the page's colours, at the full width of its container, with holes."""
    ink = INKS[theme]
    dressed = (
        chart.properties(
            title=alt.TitleParams(hole("title"), subtitle=holes("subtitle")),
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
    spec: Spec = dressed.to_dict()
    return spec


def money_axis(title: str = "US dollars") -> alt.Axis:
    """An axis for cents, labelled in dollars; `money_filling` sets the precision.

    It is described for screen readers, which would hear its cents as dollars otherwise.
    """
    return alt.Axis(
        title=title,
        description=f"Axis of {title}",
        labelExpr=hole("money"),
        labelOverlap=True,
        labelSeparation=8,
        tickCount=5,
        domain=False,
        ticks=False,
    )


def money_filling(highest: int) -> dict[str, Filling]:
    """Whole dollars, with cents if the highest value, given in cents, is under ten dollars."""
    return {"money": DOLLARS_AND_CENTS if abs(highest) < 1000 else DOLLARS}


def count_axis(title: str) -> alt.Axis:
    """An axis for whole numbers."""
    return alt.Axis(title=title, format=",d", tickCount=5, tickMinStep=1, domain=False, ticks=False)


def time_axis() -> alt.X:
    """The buckets in their order, some of them labelled; `time_filling` names them."""
    axis = alt.Axis(
        title=hole("time"),
        values=holes("ticks"),
        labelAngle=0,
        labelOverlap=True,
        labelSeparation=10,
        labelPadding=10,  # below the amount that stands at the foot of the other axis
        grid=False,
        ticks=False,
    )
    return alt.X("bucket:O", sort=holes("buckets"), axis=axis, scale=alt.Scale(paddingInner=0.15))


def time_filling(labels: Sequence[str], title: str) -> dict[str, Filling]:
    """All buckets by label, which must be distinct, and the title of the axis."""
    return {"time": title, "buckets": labels, "ticks": labels[:: _step(labels)]}


def _step(labels: Sequence[str]) -> int:
    """How many buckets apart the labelled ones are; hours so that each day is labelled at the same hours."""
    least = max(1, -(-len(labels) // TICKS))
    if not labels or ":" not in labels[0]:
        return least
    return next((hours for hours in PARTS_OF_A_DAY if hours >= least), -(-least // 24) * 24)


def colour(*, many: bool) -> alt.Color:
    """The colour by name, fixed, with a legend that fits a narrow page; `colour_filling` names them."""
    legend = alt.Legend(orient="bottom", title=hole("legend"), columns=2 if many else 3, labelLimit=150)
    scale = alt.Scale(domain=holes("names"), range=holes("colours"))
    return alt.Color("name:N", scale=scale, legend=legend)


def colour_filling(palette: Mapping[str, str], names: Sequence[str], title: str) -> dict[str, Filling]:
    """The names in the order of the legend, with their colours, and the legend's title."""
    return {"names": names, "colours": [palette[name] for name in names], "legend": title}
