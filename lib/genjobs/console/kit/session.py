"""The person behind this run of the script. The store is read each time, so a sign-out counts at once."""

from __future__ import annotations

import streamlit as st

from genjobs.data.transport.client import Client, user_client
from genjobs.domain.people import SignedIn
from genjobs.runtime import runtime
from genjobs.web import cookies

_OWNER = "signed-in-as"


def current_user() -> SignedIn | None:
    """The person whose cookie this browser sent; None when signed out. Raises Unavailable."""
    return runtime().sessions().current(session_id())


def watching_user() -> SignedIn | None:
    """The same for an automatic redraw: nobody clicked, so the session does not count as used."""
    return runtime().sessions().current(session_id(), used=False)


def client() -> Client:
    """A client that acts as the person signed in; if nobody is, the run restarts at the gate."""
    person = current_user()
    if person is None:
        st.rerun()
    return client_of(person)


def client_of(person: SignedIn) -> Client:
    """A client that acts as `person`, whose session this run has already checked."""
    return user_client(runtime().connection(), person.access_token)


def session_id() -> object:
    """The session id in this browser's cookie; None without a cookie."""
    url = st.context.url
    secure = isinstance(url, str) and url.startswith("https://")
    return cookies.session_id(st.context.cookies, secure=secure)


def empty_for_another(person: SignedIn | None) -> None:
    """Clear the state if another person has signed in: a browser that reconnects keeps its state."""
    owner, now = st.session_state.get(_OWNER), person.user_id if person else None
    if owner is not None and owner != now:
        st.session_state.clear()
    if now is not None:
        st.session_state[_OWNER] = now
