"""A chart on the Costs page, clickable if a click can filter, with a button for its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from hashlib import sha256
from typing import Any

import streamlit as st

from genjobs.charts.frames import DELETED
from genjobs.charts.picture import Picture, Spec
from genjobs.charts.style import CHOSEN
from genjobs.charts.time_labels import UNITS
from genjobs.console.costs import agreement, data_files, url_state
from genjobs.console.costs.chart_panels import Panel, Setting
from genjobs.console.costs.data_files import Data
from genjobs.data.costs import CostPage
from genjobs.domain.cost_screen import Grouping
from genjobs.domain.costs import OTHER
from genjobs.domain.periods import Bucket


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
        if data_files.button(panel.name):
            data_files.show(_data(panel, page), at)


def _data(panel: Panel, page: CostPage) -> Data:
    return Data(
        panel.name,
        panel.title,
        panel.frame,
        agreement.truth(page),
        page.series.as_of,
        panel.chart,
        panel.period,
        panel.when,
    )


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
