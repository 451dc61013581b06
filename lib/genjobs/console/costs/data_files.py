"""The dialog *Data and files*: the data of a chart or of the ranking as a table, with its downloads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from genjobs.charts import export
from genjobs.charts.frames import values
from genjobs.charts.picture import Picture
from genjobs.charts.time_labels import period_label
from genjobs.console.costs import agreement
from genjobs.console.costs.cards import NONE
from genjobs.console.costs.chart_panels import Setting
from genjobs.console.kit.wording import plain
from genjobs.domain.costs import Figure
from genjobs.domain.file_names import file_name
from genjobs.domain.periods import Period

PICTURES = {"png": ("PNG", export.png, "image/png"), "svg": ("SVG", export.svg, "image/svg+xml")}
TABLES = {
    "csv": ("CSV", export.csv, "text/csv"),
    "parquet": ("Parquet", export.parquet, "application/vnd.apache.parquet"),
}

HEADINGS = {
    "bucket": "Interval",
    "dollars": "Amount",
    "ever_succeeded_jobs": "Succeeded",
    "ever_failed_jobs": "Failed",
    "excluded_jobs": "Excluded",
    "before_jobs": "Jobs before",
    "before_dollars": "Amount before",
    "p50_dollars": "Median",
    "p95_dollars": "95th percentile",
}
HELP = {
    "ever_failed_jobs": "Each attempt that failed. What all of them cost is under Wasted.",
    "excluded_jobs": "Failed attempts that the success rate leaves out: retried, cancelled or handed back.",
}


@dataclass(frozen=True)
class Data:
    """What the dialog shows; the names of its files start with `name`. Money is in cents.

    Their sum is compared with `right`, which is None where rows are left out. `as_of` is when they were read.
    `period` is what they are of if it is not the range of the screen, and `when` how that is called if not by
    its days; file names bear the days that they are `compared` with.
    """

    name: str
    title: str
    frame: pd.DataFrame
    right: Figure | None
    as_of: datetime
    chart: Picture | None = None
    period: Period | None = None
    when: str = ""
    compared: Period | None = None


def button(name: str) -> bool:
    """Draw the button for the dialog of the data called `name`; whether it was clicked."""
    key = f"costs-data-{name}"
    return st.button("Data and files", key=key, type="tertiary", icon=":material/table:")


@st.dialog("Data and files", width="large", icon=":material/table:")
def show(data: Data, at: Setting) -> None:
    """Show the data as a table, with its downloads, and those of the picture where there is one."""
    st.markdown(_about(data, at))
    shown = table(data.frame)
    columns = {name: _column(name) for name in shown.columns}
    st.dataframe(shown, hide_index=True, alt=data.title, column_config=columns, placeholder=NONE)
    if data.right:
        agreement.draw_files(data.frame, data.right)
    with st.container(horizontal=True):
        for ending, (label, write, mime) in TABLES.items():
            _download(label, partial(write, data.frame), _name(data, at, ending), mime)
        if data.chart is None:
            return
        for ending, (label, paint, mime) in PICTURES.items():
            _download(label, partial(paint, data.chart, at.theme), _name(data, at, ending), mime)


def _about(data: Data, at: Setting) -> str:
    when = data.when or (period_label(data.period) if data.period else "")
    told = f"{at.words('', when).subtitle}. In files, money is in whole cents."
    return f"**{data.title}**  \n:small[:gray[{plain(told)}]]"


def table(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as people read it: without ids, cents as exact dollars, and safe to open in a spreadsheet."""
    out = export.without_formulas(frame.drop(columns=["key"], errors="ignore"))
    for name in [name for name in out.columns if name == "cents" or name.endswith("_cents")]:
        dollars = [None if one is None else Decimal(one) / 100 for one in values(out[name])]
        out[name] = pd.Series(dollars, dtype=object)
    return out.rename(columns=lambda name: re.sub(r"(^|_)cents$", r"\1dollars", name))


def _column(name: str) -> Any:
    """The column under a heading that is read, not under the name that it has in files."""
    heading = HEADINGS.get(name) or name.removesuffix("_dollars").replace("_", " ").capitalize()
    if name.endswith("dollars"):
        return st.column_config.NumberColumn(heading, format="dollar")
    return st.column_config.Column(heading, help=HELP.get(name))


def _download(label: str, data: Any, name: str, mime: str) -> None:
    st.download_button(label, data, name, mime, on_click="ignore", icon=":material/download:")


def _name(data: Data, at: Setting, ending: str) -> str:
    days = data.compared
    compared = [f"vs-{days.first}-to-{days.last}"] if days else []
    return file_name(data.name, data.period or at.period, [*compared, *at.filtered], data.as_of, ending)
