"""A chart on the Costs page: the picture, clickable if a click can filter, and its data behind a button."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any

import pandas as pd
import streamlit as st

from genjobs.charts import export
from genjobs.charts.frames import DELETED, values
from genjobs.charts.picture import Picture, Spec
from genjobs.charts.style import CHOSEN
from genjobs.charts.time_labels import UNITS, period_label
from genjobs.console.costs import agreement, url_state
from genjobs.console.costs.cards import NONE
from genjobs.console.costs.chart_panels import Panel, Setting
from genjobs.console.kit.wording import plain
from genjobs.data.costs import CostPage
from genjobs.domain.cost_screen import Grouping
from genjobs.domain.costs import OTHER
from genjobs.domain.file_names import file_name
from genjobs.domain.periods import Bucket

PICTURES = {"png": ("PNG", export.png, "image/png"), "svg": ("SVG", export.svg, "image/svg+xml")}
DATA = {
    "csv": ("CSV", export.csv, "text/csv"),
    "parquet": ("Parquet", export.parquet, "application/vnd.apache.parquet"),
}

HEADINGS = {
    "bucket": "Interval",
    "dollars": "Amount",
    "p50_dollars": "Median",
    "p95_dollars": "95th percentile",
}


def draw(panel: Panel, at: Setting, page: CostPage) -> None:
    """Draw the heading, the chart's options, the chart, its note and the button for its data."""
    st.header(panel.title, anchor=False)
    if panel.choice:
        panel.choice()
    if panel.clicks is None:
        st.vega_lite_chart(spec=_described(panel.chart), theme=None, alt=panel.title)
    else:
        _clickable(panel, panel.clicks, at)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if note := " ".join(filter(None, (panel.note, _hint(panel, at)))):
            st.markdown(f":small[:gray[{note}]]")
        if st.button(
            "Data and files", key=f"costs-data-{panel.name}", type="tertiary", icon=":material/table:"
        ):
            show_data(panel, at, page)


@st.dialog("Data and files", width="large", icon=":material/table:")
def show_data(panel: Panel, at: Setting, page: CostPage) -> None:
    """Show the data of a chart as a table, with its downloads."""
    st.markdown(_about(panel, at))
    shown = table(panel.frame)
    columns = {name: _column(name) for name in shown.columns}
    st.dataframe(shown, hide_index=True, alt=panel.title, column_config=columns, placeholder=NONE)
    agreement.draw_files(panel.frame, agreement.truth(page))
    as_of = page.series.as_of
    with st.container(horizontal=True):
        for ending, (label, write, mime) in DATA.items():
            _download(label, partial(write, panel.frame), _name(panel, at, as_of, ending), mime)
        for ending, (label, paint, mime) in PICTURES.items():
            _download(label, partial(paint, panel.chart, at.theme), _name(panel, at, as_of, ending), mime)


def _about(panel: Panel, at: Setting) -> str:
    when = panel.when or (period_label(panel.period) if panel.period else "")
    told = f"{at.words('', when).subtitle}. In files, money is in whole cents."
    return f"**{panel.title}**  \n:small[:gray[{plain(told)}]]"


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as people read it: without ids, cents as exact dollars, and safe to open in a spreadsheet."""
    out = export.without_formulas(frame.drop(columns=["key"], errors="ignore"))
    for name in [name for name in out.columns if name == "cents" or name.endswith("_cents")]:
        dollars = [None if one is None else Decimal(one) / 100 for one in values(out[name])]
        out[name] = pd.Series(dollars, dtype=object)
    return out.rename(columns=lambda name: re.sub(r"(^|_)cents$", r"\1dollars", name))


def _column(name: str) -> Any:
    """The column under a heading that is read, not under the name that it has in files."""
    heading = HEADINGS.get(name) or name.removesuffix("_dollars").capitalize()
    if name.endswith("dollars"):
        return st.column_config.NumberColumn(heading, format="dollar")
    return st.column_config.Column(heading)


def _clickable(panel: Panel, kind: Grouping, at: Setting) -> None:
    """The widget's key depends on the screen, so that a selection does not carry over to the next screen."""
    address = repr((at.screen, panel.name)).encode()
    key = f"costs-{panel.name}-{sha256(address).hexdigest()[:16]}"
    st.vega_lite_chart(
        spec=_described(panel.chart),
        theme=None,
        key=key,
        alt=panel.title,
        on_select=partial(_clicked, key, kind, panel.others),
        selection_mode=CHOSEN,
    )


def _described(picture: Picture) -> Spec:
    """The chart as Streamlit takes it: its tables beside its description, sent as Arrow.

    The title is left out: the page shows it as a heading, which a screen reader finds.
    """
    untitled = {name: part for name, part in picture.spec.items() if name != "title"}
    return {**untitled, "datasets": picture.tables}


def _clicked(key: str, kind: Grouping, others: Sequence[str]) -> None:
    """Filter by what was clicked; a click on the others by those of them that are listed one by one."""
    chosen: list[dict[str, Any]] = st.session_state[key]["selection"].get(CHOSEN, [])
    screen = url_state.read().screen
    if not chosen or chosen[0]["key"] == DELETED:
        return
    name, day = chosen[0]["key"], date.fromisoformat(chosen[0]["day"])
    if name == OTHER:
        url_state.write(replace(screen, filters=screen.filters.only(kind, others)))
    else:
        url_state.write(screen.clicked(kind, name, day, datetime.now(UTC)))


def _hint(panel: Panel, at: Setting) -> str:
    """The hint that says what a click on a bar does; the shortest range that a click shows is a day."""
    if panel.clicks is None:
        return ""
    unit = UNITS[Bucket.DAY if at.bucket is Bucket.HOUR else at.bucket]
    is_one = at.period.stretch(at.period.first, at.bucket) == at.period
    narrowing = "remove the filter" if is_one else f"show only its {unit}"
    if len(at.screen.filters.of(panel.clicks)) != 1:
        return f"Click a bar to filter by its {panel.clicks}, again to {narrowing}."
    return f"Click a bar to {narrowing}."


def _download(label: str, data: Any, name: str, mime: str) -> None:
    st.download_button(label, data, name, mime, on_click="ignore", icon=":material/download:")


def _name(panel: Panel, at: Setting, as_of: datetime, ending: str) -> str:
    return file_name(panel.name, panel.period or at.period, at.filtered, as_of, ending)
