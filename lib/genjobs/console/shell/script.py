"""The script behind every page: the menu, then the database's progress, then the gate, then the page.

`app.py` names this file as the script, so that `pages/` is not beside it: a page that Streamlit found by
itself would be served without the gate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import streamlit as st

from genjobs.console.gate import guard
from genjobs.console.kit import error_messages, links, outage, session
from genjobs.console.shell import navigation, schema_notice, sidebar, startup
from genjobs.domain.errors import ConsoleError

ICON = Path(__file__).with_name("icon.svg")


def menu() -> Literal["sidebar", "hidden"]:
    """The menu is there for people who are signed in; its pages are always registered, so that links hold."""
    try:
        return "sidebar" if startup.ready() and session.current_user() else "hidden"
    except ConsoleError:
        return "hidden"


links.register(navigation.page)
st.set_page_config(page_title="Generation Jobs Console", page_icon=str(ICON), layout="wide")
page = st.navigation(navigation.all_pages(), position=menu())
startup.wait_until_ready()
me = guard.require_user()
sidebar.draw(me)
top = st.empty()
try:
    page.run()
    if page.url_path != navigation.page("setup").url_path:
        schema_notice.notice(top)
except ConsoleError as error:
    error_messages.show(error)
    outage.try_again()
