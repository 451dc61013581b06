"""What the reader's browser says about them: their time zone and whether their page is light or dark."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import streamlit as st

from genjobs.charts.colours import Theme
from genjobs.domain.times import named_zone


def zone() -> ZoneInfo:
    """The zone that the browser is in; UTC when it does not say."""
    return named_zone(st.context.timezone)


def theme() -> Theme:
    """Light until the browser says dark."""
    return "dark" if st.context.theme.type == "dark" else "light"
