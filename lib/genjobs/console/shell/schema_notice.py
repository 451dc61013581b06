"""The notice that the database is behind this console, on every page but Setup, which says it in full."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genjobs.console.kit import reads, session
from genjobs.console.shell import navigation
from genjobs.domain.errors import SchemaBehind


def notice(place: DeltaGenerator, user_id: str) -> None:
    """Draw the notice in `place` where migrations are missing. It asks the database once in ten minutes."""
    if not _behind(user_id):
        return
    with place.container(horizontal=True, vertical_alignment="center"):
        st.warning("The database is behind this console: migrations are missing.", icon=":material/database:")
        st.page_link(navigation.page("setup"), label="Open Setup", icon=":material/arrow_forward:")


def _behind(user_id: str) -> bool:
    try:
        return reads.is_behind(user_id, session.client())
    except SchemaBehind:
        return True
