"""The choices on the Costs page are kept in its URL; the session remembers the last ones."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from genjobs.console.kit import browser
from genjobs.domain.cost_query import Read, read_query
from genjobs.domain.cost_screen import CostScreen, Grouping

FIRST, LAST, BARE = "costs-first-screen", "costs-last-seen", "costs-without-query"
"""Queries: of a reader's first screen, of the last one, and of the one that a URL without a query led to."""
OF_JOBS_TEST = {"project", "status", "everywhere"}
"""On the way to Jobs test, the browser notes these at this page's address, where Back finds them."""


def read() -> Read:
    """The screen that the URL asks for, or without a query the one that was drawn last.

    In the browser's time zone if none is named.
    """
    return read_query(_query() or st.session_state.get(LAST, {}), browser.zone().key)


def begin(*, analyst: bool) -> Read:
    """The screen that the URL asks for; if it has no query of this page, the one that this session saw last.

    The first time, a reader sees their own jobs, and an analyst everyone's. Back to a URL without a
    query leads to what was seen there.
    """
    query, zone, state = _query(), browser.zone().key, st.session_state
    first = {"everyone": ["yes"]} if analyst else {}
    state[FIRST] = read_query(first, zone).screen.to_query()
    if not query:
        if not browser.went_back():
            state[BARE] = state.get(LAST, first)
        query = state.get(BARE, first)
    elif LAST in state and OF_JOBS_TEST.issuperset(query):
        query = state[LAST]
    return read_query(query, zone)


def write(screen: CostScreen) -> None:
    """Put `screen` into the URL, so that it can be copied from there.

    A URL without a query already leads to the first screen; writing it would only add a step of Back.
    """
    query, wanted = _query(), screen.to_query()
    st.session_state[LAST] = wanted
    if wanted != query and (query or wanted != st.session_state.get(FIRST)):
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
            f"Parts of the address cannot be used. Left out: {', '.join(asked.ignored)}.",
            icon=":material/link_off:",
        )
    if asked.screen.everyone and not shown.everyone:
        st.info(
            "Totals across everyone are for analysts. These are your own.",
            icon=":material/lock:",
        )
    elif asked.screen != shown:
        st.info(
            "People can be told apart only in totals across everyone. These are your own.",
            icon=":material/lock:",
        )


def _query() -> dict[str, list[str]]:
    return {name: st.query_params.get_all(name) for name in st.query_params}
