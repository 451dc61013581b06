"""The gate in front of every page: anyone who is not signed in gets the sign-in screen instead."""

from __future__ import annotations

import streamlit as st

from genjobs.console.gate import sign_in
from genjobs.console.kit import error_messages, outage, session
from genjobs.domain.errors import ConsoleError
from genjobs.domain.people import SignedIn
from genjobs.runtime import runtime


def require_user() -> SignedIn:
    """The person signed in; for anyone else, draw the sign-in screen and end the run."""
    try:
        person = session.current_user()
    except ConsoleError as error:
        error_messages.show(error)
        outage.try_again(on_click=runtime().start)
        st.stop()
    session.empty_for_another(person)
    if person is None:
        sign_in.draw(session.session_id())
        st.stop()
    return person
