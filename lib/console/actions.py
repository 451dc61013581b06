"""Writes: one click is one write, however often it is clicked, and each says afterwards what it did.

A button's key carries the turn of its area. A write ends the turn, so that a second click on the same drawing
of the button reaches a key that is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from lib.console import errors, reads, session
from lib.data.client import Client
from lib.domain.errors import ConsoleError

PRESETS = "presets"


@dataclass(frozen=True)
class Notice:
    """What to say once about a write that is done; the text is safe Markdown."""

    tone: errors.Tone
    title: str
    text: str = ""
    icon: str | None = None


def key(area: str, name: str) -> str:
    """The key of a widget that ends with the turn of its area."""
    return f"{area}-{name}-{st.session_state.get(_turn(area), 0)}"


def write(area: str, call: Callable[[Client], Notice]) -> None:
    """Do a write, drop what was read before it, and draw the page again with its notice or its error.

    The client is made here, because a fragment or a dialog outlives the token that its page was drawn with.
    """
    st.session_state[_turn(area)] = st.session_state.get(_turn(area), 0) + 1
    try:
        st.session_state[_said(area)] = call(session.client())
    except ConsoleError as error:
        st.session_state[_said(area)] = error
    reads.forget()
    st.rerun()


def preset(name: str, value: object) -> None:
    """Give the widget with this key a value at the next drawing; one that is drawn already takes none."""
    st.session_state.setdefault(PRESETS, {})[name] = value


def apply_presets() -> None:
    """Hand the presets to their widgets; call before the first of them is drawn."""
    for name, value in st.session_state.pop(PRESETS, {}).items():
        st.session_state[name] = value


def announce(area: str) -> None:
    """Show, once, what the last write of this area has to say."""
    said = st.session_state.pop(_said(area), None)
    if isinstance(said, ConsoleError):
        errors.show(said)
    elif isinstance(said, Notice):
        errors.say(said.tone, said.title, said.text, said.icon)


def _turn(area: str) -> str:
    return f"{area}:turn"


def _said(area: str) -> str:
    return f"{area}:said"
