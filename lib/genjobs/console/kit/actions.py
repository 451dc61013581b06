"""Writes: one click is one write, however often it is clicked, and each says afterwards what it did.

A button's key carries the turn of its area. A write ends the turn, so that a second click on the same drawing
of the button reaches a key that is gone.

Streamlit may break off a run wherever it draws or touches `st.session_state`, once the next click arrives.
Between ending the turn and keeping the outcome neither happens: only one `Writes` changes. The next run
waits for that, because `runner.fastReruns` is off; it would else be drawn while the write is under way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from genjobs.console.kit import error_messages, reads, session
from genjobs.console.kit.kept import memory
from genjobs.data.transport.client import Client
from genjobs.domain.errors import ConsoleError

SHOWN_SECONDS = 3.0
WRITES = "writes"


@dataclass(frozen=True)
class Notice:
    """What to say about a write that is done, in safe Markdown; `presets` are values for widgets, by key."""

    tone: error_messages.Tone
    title: str
    text: str = ""
    icon: str | None = None
    presets: Mapping[str, object] = field(default_factory=dict)


@dataclass
class ShownOutcome:
    """An outcome, and when it was first shown, in seconds of the monotonic clock."""

    outcome: Notice | ConsoleError
    shown_at: float | None = None


@dataclass
class Writes:
    """A session's turns and outcomes by area, and the presets that wait for their widgets."""

    turns: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, ShownOutcome] = field(default_factory=dict)
    presets: dict[str, object] = field(default_factory=dict)


def key(area: str, name: str) -> str:
    """The key of a widget that ends with the turn of its area."""
    return f"{area}-{name}-{_writes().turns.get(area, 0)}"


def write(area: str, call: Callable[[Client], Notice]) -> None:
    """Do a write, drop what was read before it, and draw the page again with its notice or its error.

    The client is made here, because a fragment or a dialog outlives the token that its page was drawn with.
    """
    with st.spinner("Saving"):
        client, writes, held = session.client(), _writes(), memory()
        writes.turns[area] = writes.turns.get(area, 0) + 1
        writes.outcomes[area] = ShownOutcome(outcome := _outcome(call, client))
        if isinstance(outcome, Notice):
            writes.presets.update(outcome.presets)
        reads.forget(held)
    st.rerun()


def apply_presets() -> None:
    """Hand the presets to their widgets; call before the first of them is drawn, as none takes one later."""
    writes = _writes()
    for name in list(writes.presets):
        st.session_state[name] = writes.presets[name]
        del writes.presets[name]


def announce(area: str) -> None:
    """Show what the last write of this area has to say: once, or again in runs that follow on its heels."""
    writes, now = _writes(), time.monotonic()
    said = writes.outcomes.get(area)
    if said is None:
        return
    said.shown_at = said.shown_at or now
    if now - said.shown_at > SHOWN_SECONDS:
        del writes.outcomes[area]
    elif isinstance(said.outcome, ConsoleError):
        error_messages.show(said.outcome)
    else:
        error_messages.say(said.outcome.tone, said.outcome.title, said.outcome.text, said.outcome.icon)


def _outcome(call: Callable[[Client], Notice], client: Client) -> Notice | ConsoleError:
    try:
        return call(client)
    except ConsoleError as error:
        return error


def _writes() -> Writes:
    writes = st.session_state.get(WRITES)
    if not isinstance(writes, Writes):
        writes = st.session_state[WRITES] = Writes()
    return writes
