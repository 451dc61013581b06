"""The choices on the Costs page are kept in its URL; the session remembers the last ones."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genjobs.console.kit import browser
from genjobs.domain.cost_query import Read, read_query
from genjobs.domain.cost_screen import CostScreen, Grouping

LAST = "costs-last-seen"
OF_JOBS_TEST = {"project", "status", "everywhere"}
"""On the way to Jobs test, the browser notes these at this page's address, where Back finds them."""


def read() -> Read:
    """The screen that the URL asks for; in the browser's time zone if the URL names none."""
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    return read_query(query, browser.zone().key)


def begin(*, analyst: bool) -> Read:
    """The screen that the URL asks for; if it has no query of this page, the one that this session saw last.

    The first time, a reader sees their own jobs, and an analyst everyone's.
    """
    is_left = LAST in st.session_state and OF_JOBS_TEST.issuperset(st.query_params)
    if is_left or not st.query_params:
        first = {"everyone": ["yes"]} if analyst else {}
        return read_query(st.session_state.get(LAST, first), browser.zone().key)
    return read()


def write(screen: CostScreen) -> None:
    """Put `screen` into the URL, so that it can be copied from there."""
    wanted = st.session_state[LAST] = screen.to_query()
    if wanted != {name: st.query_params.get_all(name) for name in st.query_params}:
        st.query_params.from_dict(wanted)


def allowed(screen: CostScreen, *, analyst: bool) -> CostScreen:
    """The screen as far as the reader may see it: everyone's totals are for analysts.

    Only these are split and filtered by person, as the control that takes the filter off is shown only there.
    """
    if analyst and screen.everyone:
        return screen
    grouping = Grouping.MODE if screen.grouping is Grouping.PERSON else screen.grouping
    filters = replace(screen.filters, people=())
    return replace(screen, everyone=False, grouping=grouping, filters=filters)


def explain(asked: Read, shown: CostScreen) -> None:
    """Tell the reader where the page differs from what its URL asks for."""
    if asked.ignored:
        st.warning(
            f"The address asked for something that does not exist. Left out: {', '.join(asked.ignored)}.",
            icon=":material/link_off:",
        )
    if asked.screen.everyone and not shown.everyone:
        st.info(
            "Totals across everyone are for analysts. These are your own.",
            icon=":material/lock:",
        )
