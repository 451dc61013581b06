"""Who is behind this run of the script. The store is asked each time: a sign-out elsewhere counts at once."""

from __future__ import annotations

import streamlit as st

from genjobs.console.gate import sign_in
from genjobs.console.kit import error_messages
from genjobs.console.shell import outage
from genjobs.data.transport.client import Client, user_client
from genjobs.domain.errors import ConsoleError
from genjobs.domain.people import SignedIn
from genjobs.runtime import runtime
from genjobs.web import cookies

_OWNER = "signed-in-as"


def current_user() -> SignedIn | None:
    """The person whose cookie this browser sent; None when signed out. Raises Unavailable."""
    return runtime().sessions().current(_session_id())


def require_user() -> SignedIn:
    """The person signed in; for anyone else, draw the sign-in screen and end the run."""
    try:
        person = current_user()
    except ConsoleError as error:
        _draw_out_of_reach(error)
        st.stop()
    _empty_for_another(person)
    if person is None:
        sign_in.draw(_session_id())
        st.stop()
    return person


def client() -> Client:
    """A client that speaks as the person signed in; else the run starts over at the gate."""
    person = current_user()
    if person is None:
        st.rerun()
    return user_client(runtime().connection(), person.access_token)


def _session_id() -> object:
    url = st.context.url
    secure = isinstance(url, str) and url.startswith("https://")
    return cookies.session_id(st.context.cookies, secure=secure)


def _empty_for_another(person: SignedIn | None) -> None:
    """A browser that reconnects keeps its state, even when someone else has signed in meanwhile."""
    owner, now = st.session_state.get(_OWNER), person.user_id if person else None
    if owner is not None and owner != now:
        st.session_state.clear()
    if now is not None:
        st.session_state[_OWNER] = now


def _draw_out_of_reach(error: ConsoleError) -> None:
    error_messages.show(error)
    outage.try_again(on_click=runtime().start)
