"""A page behind the gate: the sidebar, the notices above every page, and the page itself."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from genjobs.console.gate import guard
from genjobs.console.kit import error_messages, outage
from genjobs.console.shell import demo_data, navigation, schema_notice, sidebar
from genjobs.domain.errors import ConsoleError


def run(page: StreamlitPage) -> None:
    """Draw `page` for whoever is signed in, and the sign-in screen for others."""
    me = guard.require_user()
    sidebar.draw(me)
    demo_data.wait_until_there(me, needs_all=page.url_path == navigation.address("costs"))
    top = st.empty()
    try:
        page.run()
        if page.url_path != navigation.address("setup"):
            schema_notice.notice(top)
    except ConsoleError as error:
        error_messages.show(error)
        outage.try_again()
