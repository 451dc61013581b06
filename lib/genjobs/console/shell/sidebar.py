"""The sidebar of every page: who is signed in, signing out, the time zone, and the database's state."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from genjobs.console.kit import browser, outage
from genjobs.console.kit.wording import plain
from genjobs.console.shell import keyboard
from genjobs.domain.people import SignedIn
from genjobs.runtime import runtime

LIVE_DEMO = "live-demo"
SWITCHED = "live-demo-switched"
_BUTTON = (
    "width:100%;padding:0.45rem 0.75rem;border:1px solid color-mix(in srgb, currentColor 25%, transparent);"
    "border-radius:0.5rem;background:transparent;color:inherit;font:inherit;font-size:0.875rem;cursor:pointer"
)


def draw(person: SignedIn) -> None:
    """Draw it for the person signed in. Signing out uses plain forms: only HTTP can clear a cookie."""
    with st.sidebar:
        st.text(person.email)
        menu = st.popover("Sign out", icon=":material/logout:", key="account", width="stretch")
        menu.html(_sign_out("here", "Sign out here") + _sign_out("everywhere", "Sign out everywhere"))
        st.markdown(_zone())
        outage.notice(person.access_token, _database(), _live_demo, _live_demo_is_on)
        keyboard.help_along()


def _live_demo() -> None:
    """Offer the live demo on the local stack: jobs that arrive and workers that do them, shared by all."""
    if not runtime().is_local:
        return
    if st.session_state.pop(SWITCHED, False):
        st.rerun()  # the whole page, as a click that wakes its list: only the sidebar would be drawn again
    st.session_state[LIVE_DEMO] = _live_demo_is_on()
    st.toggle(
        "Live demo",
        key=LIVE_DEMO,
        on_change=_switch,
        help="Made-up jobs arrive every few seconds, and two workers do every queued job, yours too.",
    )


def _live_demo_is_on() -> bool:
    return runtime().live.is_on


def _switch() -> None:
    live = runtime().live
    (live.turn_on if st.session_state[LIVE_DEMO] else live.turn_off)()
    st.session_state[SWITCHED] = True


def _sign_out(scope: str, label: str) -> str:
    return (
        f'<form method="post" action="/session/sign-out" style="margin:0 0 0.5rem 0">'
        f'<input type="hidden" name="scope" value="{scope}">'
        f'<button type="submit" style="{_BUTTON}">{label}</button></form>'
    )


def _database() -> str:
    if runtime().is_local:
        return ":small[:gray[:material/computer: Local database answers]]"
    host = urlsplit(runtime().connection().url).hostname or ""
    return f":small[:gray[:material/cloud: {plain(host)} answers]]"


def _zone() -> str:
    return f":small[:gray[:material/schedule: Times in {plain(browser.zone().key)}]]"
