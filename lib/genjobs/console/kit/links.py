"""Links from one page to another. The shell knows the pages; it says once what each name leads to."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

_find: Callable[[str], StreamlitPage] | None = None


def register(find: Callable[[str], StreamlitPage]) -> None:
    """Have `find` give the page of a name; before that no link is drawn."""
    global _find
    _find = find


def open_setup() -> None:
    """Draw the link to the Setup page."""
    if _find:
        st.page_link(_find("setup"), label="Open Setup", icon=":material/arrow_forward:")
