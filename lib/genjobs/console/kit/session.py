"""Who is behind this run of the script. The store is asked each time: a sign-out elsewhere counts at once."""

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
    """The same for a page that draws itself again: nobody has clicked, and the session counts as unused."""
    return runtime().sessions().current(session_id(), used=False)


def client() -> Client:
    """A client that speaks as the person signed in; else the run starts over at the gate."""
    person = current_user()
    if person is None:
        st.rerun()
    return client_of(person)


def client_of(person: SignedIn) -> Client:
    """A client that speaks as `person`, whom this very run has found to be signed in."""
    return user_client(runtime().connection(), person.access_token)


def session_id() -> object:
    """The session's id as this browser's cookie has it; None without one."""
    url = st.context.url
    secure = isinstance(url, str) and url.startswith("https://")
    return cookies.session_id(st.context.cookies, secure=secure)


def empty_for_another(person: SignedIn | None) -> None:
    """A browser that reconnects keeps its state, even when someone else has signed in meanwhile."""
    owner, now = st.session_state.get(_OWNER), person.user_id if person else None
    if owner is not None and owner != now:
        st.session_state.clear()
    if now is not None:
        st.session_state[_OWNER] = now
