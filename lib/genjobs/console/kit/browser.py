"""What the browser tells (time zone, light or dark, whether Back led here), and what its window is called."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from genjobs.charts.colours import Theme
from genjobs.domain.times import named_zone

CONSOLE = "Generation Jobs Console"


def entitle(page: str) -> None:
    """Name the browser's window after the page, by which people tell its tabs and its history apart."""
    st.set_page_config(page_title=CONSOLE if page == CONSOLE else f"{page} · {CONSOLE}")


def zone() -> ZoneInfo:
    """The browser's time zone; UTC if the browser does not send one."""
    return named_zone(st.context.timezone)


def theme() -> Theme:
    """The page's theme: light unless the browser reports dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def went_back() -> bool:
    """Whether the reader's Back or Forward led to this run, so that the URL says what to show."""
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation
