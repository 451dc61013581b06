"""What the browser tells: the reader's time zone, and whether the page is light or dark."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from genjobs.charts.colours import Theme
from genjobs.domain.times import named_zone


def zone() -> ZoneInfo:
    """The browser's time zone; UTC if the browser does not send one."""
    return named_zone(st.context.timezone)


def theme() -> Theme:
    """The page's theme: light unless the browser reports dark."""
    return "dark" if st.context.theme.type == "dark" else "light"
