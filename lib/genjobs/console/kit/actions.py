"""Writes: a click writes once, however often it is repeated, and each write reports what it did.

A button's key contains the turn of its area, a counter. A write ends the turn, so a second click on the same
drawing of the button refers to a key that no longer exists. A button that must keep the focus keeps its key,
and writes by `on_click`. A button that opens a dialog keeps its key too, because the focus returns to it.

When the next click arrives, Streamlit may stop a run wherever it draws or touches `st.session_state`. Between
ending the turn and keeping the outcome a run does neither: it only changes one `Writes`. The next run waits
for that because `runner.fastReruns` is off; otherwise it would be drawn during the write.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from genjobs.console.kit import error_messages, reads, session
from genjobs.console.kit.kept import memory
from genjobs.data.transport.client import Client
from genjobs.domain.errors import ConsoleError, InvalidInput

SHOWN_SECONDS = 3.0
ECHO_SECONDS = 0.5
"""The run of a click made during a write starts within this time after the write's outcome is drawn."""
NEVER = float("-inf")
WRITES = "writes"


@dataclass(frozen=True)
class Notice:
    """What to say after a write, in safe Markdown; `presets` are values for widgets, by key.

    A warning is shown for longer.
    """

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
    drawn_at: dict[str, float | None] = field(default_factory=dict)
    """By area, when the outcome of the last write by `on_click` was drawn; None until it is."""


def key(area: str, name: str) -> str:
    """The key of a widget; it is valid only during the current turn of its area."""
    return f"{area}-{name}-{_writes().turns.get(area, 0)}"


def write(area: str, call: Callable[[Client], Notice | None]) -> None:
    """Run a write, drop cached reads, and draw the page again with the notice or the error.

    The client is made here, because a fragment or a dialog outlives the token that its page was drawn with.
    If the token cannot be renewed, nothing is written, and the error is drawn in place.
    """
    with error_messages.reported():
        with st.spinner("Saving"):
            _do(area, call)
        st.rerun()


def on_click(
    area: str, call: Callable[[Client], Notice | None], *, redraw: str, also: str = "", once: bool = False
) -> None:
    """Run a write in a button's callback, and redraw only the fragments with the keys `redraw` and `also`.

    With `once`, a click made before the outcome of the last write could be seen is ignored, unless that was
    refused input, which wrote nothing; the fragment reports by `drawn` when the outcome is visible. Without
    `once`, repeating the write must do nothing.
    """
    drawn_at = _writes().drawn_at
    if not (once and _is_early(drawn_at.get(area, NEVER))):
        drawn_at[area] = NEVER if isinstance(_do_in_callback(area, call), InvalidInput) else None
        apply_presets()
    st.rerun([redraw, also] if also else [redraw])


def _is_early(drawn_at: float | None) -> bool:
    return drawn_at is None or time.monotonic() - drawn_at < ECHO_SECONDS


def drawn(area: str) -> None:
    """Note that the outcome of the last write is on the screen; call it after the part that shows it."""
    drawn_at = _writes().drawn_at
    if area in drawn_at and drawn_at[area] is None:
        drawn_at[area] = time.monotonic()


def _do(area: str, call: Callable[[Client], Notice | None]) -> Notice | ConsoleError | None:
    client, writes, held = session.client(), _writes(), memory()
    writes.turns[area] = writes.turns.get(area, 0) + 1
    outcome = _outcome(call, client)
    if outcome is not None:
        writes.outcomes[area] = ShownOutcome(outcome)
    if isinstance(outcome, Notice):
        writes.presets.update(outcome.presets)
    reads.forget(held)
    return outcome


def _do_in_callback(area: str, call: Callable[[Client], Notice | None]) -> Notice | ConsoleError | None:
    """The same in a callback, which can draw nothing: an error before the write is announced like its own."""
    try:
        return _do(area, call)
    except ConsoleError as error:
        _writes().outcomes[area] = ShownOutcome(error)
        return error


def apply_presets() -> None:
    """Set the presets of widgets; call it before the first of them is drawn, as it has no effect later."""
    writes = _writes()
    for name in list(writes.presets):
        st.session_state[name] = writes.presets[name]
        del writes.presets[name]


def announce(area: str) -> None:
    """Show the outcome of the last write of this area.

    A notice disappears by itself; an error stays where it is drawn, also in runs that follow shortly after.
    """
    writes, now = _writes(), time.monotonic()
    said = writes.outcomes.get(area)
    if said is None:
        return
    said.shown_at = said.shown_at or now
    if now - said.shown_at > SHOWN_SECONDS or isinstance(said.outcome, Notice):
        del writes.outcomes[area]
    if isinstance(said.outcome, Notice):
        _tell(said.outcome)
    elif area in writes.outcomes:
        with st.container(key=f"refused-{key(area, 'error')}"):  # one each, so that the browser scrolls to it
            error_messages.show(said.outcome)


def _tell(notice: Notice) -> None:
    text = f"**{notice.title}** {notice.text}".strip()
    st.toast(text, icon=notice.icon, duration="long" if notice.tone in ("warning", "error") else "short")


def _outcome(call: Callable[[Client], Notice | None], client: Client) -> Notice | ConsoleError | None:
    try:
        return call(client)
    except ConsoleError as error:
        return error


def _writes() -> Writes:
    writes = st.session_state.get(WRITES)
    if not isinstance(writes, Writes):
        writes = st.session_state[WRITES] = Writes()
    return writes
