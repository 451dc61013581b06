"""The script behind every page: the menu, then the database's progress, then the gate, then the page.

`app.py` names this file as the script, so that `pages/` is not beside it: a page that Streamlit found by
itself would be served without the gate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from genjobs.console.kit import browser, links
from genjobs.console.shell import navigation, startup
from genjobs.domain.errors import ConsoleError

ICON = Path(__file__).with_name("icon.svg")
WIDTH = 256


def menu() -> Literal["sidebar", "hidden"]:
    """The menu is shown to people who are signed in; its pages are always registered, so that links work."""
    if not startup.ready():
        return "hidden"
    from genjobs.console.kit import session

    try:
        return "sidebar" if session.current_user() else "hidden"
    except ConsoleError:
        return "hidden"


links.register(navigation.page)
st.set_page_config(page_icon=str(ICON), layout="wide", initial_sidebar_state=WIDTH)
chosen = st.navigation(navigation.all_pages(), position=menu())
browser.entitle(chosen.title)
startup.wait_until_ready()

# Imported here, so that the startup progress is on the screen before the slow imports.
from genjobs.console.shell import page  # noqa: E402

page.run(chosen)
