"""The notice that the database is behind this console, on every page but Setup, which says it in full."""

from __future__ import annotations

import time

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genjobs.console.kit import links, session
from genjobs.domain.errors import SchemaBehind
from genjobs.setup import reading

TEN_MINUTES = 600.0
WORDS = "The database is behind this console: migrations are missing, or what they made was changed."
FOUND_WELL = "schema-found-well"


def notice(place: DeltaGenerator) -> None:
    """Draw the notice in `place` where migrations are missing.

    A session asks the database once in ten minutes, and at each rerun while they are missing.
    """
    if not _behind(time.monotonic()):
        return
    with place.container(horizontal=True, vertical_alignment="center"):
        st.warning(WORDS, icon=":material/database:")
        links.open_setup()


def _behind(now: float) -> bool:
    if now - st.session_state.get(FOUND_WELL, float("-inf")) < TEN_MINUTES:
        return False
    try:
        behind = reading.is_behind(reading.read_setup(session.client()))
    except SchemaBehind:
        return True
    if not behind:
        st.session_state[FOUND_WELL] = now
    return behind
