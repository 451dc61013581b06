"""How a chart stands on the Costs page: drawn, clickable where it may be, with its data behind a button."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Any

import pandas as pd
import streamlit as st

from genjobs.charts import export
from genjobs.charts.colours import OTHER
from genjobs.charts.frames import DELETED
from genjobs.charts.picture import Picture, Spec
from genjobs.charts.style import CHOSEN
from genjobs.console.costs import agreement, url_state
from genjobs.console.costs.chart_panels import Panel, Setting
from genjobs.data.costs import CostPage
from genjobs.domain.cost_screen import Grouping
from genjobs.domain.file_names import file_name

GATHERED = (OTHER, DELETED)
PICTURES = {"png": ("PNG", export.png, "image/png"), "svg": ("SVG", export.svg, "image/svg+xml")}
DATA = {
    "csv": ("CSV", export.csv, "text/csv"),
    "parquet": ("Parquet", export.parquet, "application/vnd.apache.parquet"),
}


def draw(panel: Panel, at: Setting, page: CostPage) -> None:
    """Draw what can be chosen of the chart, itself, its note and the way to its data."""
    if panel.choice:
        panel.choice()
    if panel.clicks is None:
        st.vega_lite_chart(spec=_described(panel.chart), theme=None, alt=panel.title)
    else:
        _clickable(panel, panel.clicks, at)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if note := panel.note or _hint(panel):
            st.markdown(f":small[:gray[{note}]]")
        if st.button(
            "Data and files", key=f"costs-data-{panel.name}", type="tertiary", icon=":material/table:"
        ):
            show_data(panel, at, page)


@st.dialog("Data and files", width="large", icon=":material/table:")
def show_data(panel: Panel, at: Setting, page: CostPage) -> None:
    """The data of a chart as a table, and all that can be taken away of it."""
    st.markdown(f"**{panel.title}**  \n:small[:gray[{at.words('').subtitle}. Money is in whole cents.]]")
    st.dataframe(table(panel.frame), hide_index=True, alt=panel.title)
    agreement.draw_files(panel.frame, agreement.truth(page))
    as_of = page.series.as_of
    with st.container(horizontal=True):
        for ending, (label, write, mime) in DATA.items():
            _download(label, partial(write, panel.frame), _name(panel, at, as_of, ending), mime)
        for ending, (label, paint, mime) in PICTURES.items():
            _download(label, partial(paint, panel.chart, at.theme), _name(panel, at, as_of, ending), mime)


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as people read it: without ids, and safe to open in a spreadsheet."""
    return export.without_formulas(frame.drop(columns=["key"], errors="ignore"))


def _clickable(panel: Panel, kind: Grouping, at: Setting) -> None:
    """The key follows the address: a choice made on one screen must not be seen as one on the next."""
    address = repr((at.screen, panel.name)).encode()
    key = f"costs-{panel.name}-{sha256(address).hexdigest()[:16]}"
    st.vega_lite_chart(
        spec=_described(panel.chart),
        theme=None,
        key=key,
        alt=panel.title,
        on_select=partial(_clicked, key, kind),
        selection_mode=CHOSEN,
    )


def _described(picture: Picture) -> Spec:
    """The chart as Streamlit takes it: its tables stand beside its description and travel as Arrow."""
    return {**picture.spec, "datasets": picture.tables}


def _clicked(key: str, kind: Grouping) -> None:
    chosen: list[dict[str, Any]] = st.session_state[key]["selection"].get(CHOSEN, [])
    screen = url_state.read().screen
    if chosen and chosen[0]["key"] not in GATHERED:
        filters = screen.filters.toggled(kind, chosen[0]["key"])
        url_state.write(replace(screen, filters=filters))


def _hint(panel: Panel) -> str:
    return f"Click a bar to filter by its {panel.clicks}, again to undo." if panel.clicks else ""


def _download(label: str, data: Any, name: str, mime: str) -> None:
    st.download_button(label, data, name, mime, on_click="ignore", icon=":material/download:")


def _name(panel: Panel, at: Setting, as_of: datetime, ending: str) -> str:
    return file_name(panel.name, at.period, at.filtered, as_of, ending)
