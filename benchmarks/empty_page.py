"""The console with one page more, at /empty, that shows nothing: what any signed-in rerun costs at least.

For `streamlit run`, from the root of the tree, which must be on the import path.
"""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from app import SHELL, running
from app import guard as in_front
from genjobs.console.gate import guard
from genjobs.console.shell import navigation
from genjobs.runtime import runtime
from genjobs.web.routes import routes

_of_the_console = navigation.all_pages


def empty() -> None:
    """A page with the guard that every page has."""
    guard.require_user()


def all_pages() -> list[StreamlitPage]:
    """The pages of the console, and the empty one."""
    page = st.Page(empty, title="Empty", url_path="empty")
    return [*_of_the_console(), page]


navigation.all_pages = all_pages
app = st.App(SHELL, routes=routes(runtime), middleware=[in_front()], lifespan=running)
