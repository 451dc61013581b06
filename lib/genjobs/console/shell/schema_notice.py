"""The notice that the database is behind this console, on every page but Setup, which says it in full."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from genjobs.console.kit import links, session
from genjobs.data.transport.client import Client
from genjobs.domain.errors import SchemaBehind
from genjobs.setup import reading


def notice(place: DeltaGenerator, user_id: str) -> None:
    """Draw the notice in `place` where migrations are missing. It asks the database once in ten minutes."""
    if not _behind(user_id):
        return
    with place.container(horizontal=True, vertical_alignment="center"):
        st.warning("The database is behind this console: migrations are missing.", icon=":material/database:")
        links.open_setup()


def _behind(user_id: str) -> bool:
    try:
        return is_behind(user_id, session.client())
    except SchemaBehind:
        return True


@st.cache_data(scope="session", ttl=600, max_entries=2, show_spinner=False)
def is_behind(user_id: str, _client: Client) -> bool:
    """Whether migrations of ours are missing; SchemaBehind when the database is too old to tell."""
    return reading.is_behind(reading.read_setup(_client))
