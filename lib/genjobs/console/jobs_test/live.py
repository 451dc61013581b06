"""Keeps the list up to date while somebody works in it.

Every five seconds, one small read per process and person asks for the newest events of their jobs. The board
is redrawn only if there are new events, if a worker holds a job of the list, whose progress changes, or if an
age shown in minutes grows. It stops five minutes after the last click; an automatic redraw does not count as
a click, neither here nor for the session.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import inf

import streamlit as st

from genjobs.console.jobs_test.keys import BOARD
from genjobs.console.kit import fragments, session, ticks
from genjobs.console.kit.kept import memory
from genjobs.console.kit.shared import Shared
from genjobs.console.kit.ticks import Watch
from genjobs.data import job_events
from genjobs.data.transport.client import Client
from genjobs.domain.errors import ConsoleError
from genjobs.domain.people import SignedIn
from genjobs.runtime import runtime

Events = tuple[int, ...]
REST_SECONDS = 300.0
IN_MINUTES = 3600.0
"""Up to this age, in seconds, the list shows ages in minutes."""
STATE = "live"
ENDED = (-1,)
"""In place of the events of a person whose session has ended."""
KEPT_SECONDS = ticks.SECONDS - 1
"""Shorter than the time between two ticks: every second one would find what the one before had read."""
newest = Shared(KEPT_SECONDS)
"""The ids of each person's newest events."""


@dataclass
class Live:
    """The events that one session's board was drawn from, and the last click. Times are monotonic.

    `found` are other events, which the board has yet to show; None if there are none.
    `by_itself` is true from when news is found until the board is redrawn. `is_moving` says that a worker
    holds a job of the list, whose progress changes without an event. From `older_at` on, the newest job is a
    minute older than the list shows.
    """

    seen: Events = ()
    found: Events | None = None
    clicked_at: float = 0.0
    is_paused: bool = False
    by_itself: bool = False
    is_moving: bool = False
    older_at: float = inf

    def rests(self, now: float) -> bool:
        """Whether nobody has clicked for `REST_SECONDS`."""
        return now - self.clicked_at >= REST_SECONDS


def state() -> Live:
    """The state of this session."""
    found = st.session_state.get(STATE)
    if not isinstance(found, Live):
        found = st.session_state[STATE] = Live()
    return found


def opened(events: Events) -> None:
    """Note that a click draws the page; `events` are the newest ones, read before its jobs."""
    live = state()
    live.seen, live.found, live.by_itself = events, None, False


def reader() -> SignedIn:
    """The person the board is drawn for; if the session has ended, the run restarts at the gate."""
    person = session.watching_user() if state().by_itself else session.current_user()
    if person is None:
        st.rerun()
    return person


def clicked() -> None:
    """Note that somebody is at work on the page."""
    state().clicked_at = time.monotonic()


def moves(is_moving: bool, age_seconds: float) -> None:
    """Note whether a worker holds a job of the list, and how old its newest job is."""
    live = state()
    live.is_moving = is_moving
    live.older_at = time.monotonic() + 60 - age_seconds % 60 if age_seconds < IN_MINUTES else inf


def drawn() -> None:
    """Note that the board is drawn: what comes next is a click, until there is news."""
    state().by_itself = False


def control() -> None:
    """Draw the button that pauses and resumes, and look for news from now on."""
    live, now = state(), time.monotonic()
    if not live.by_itself:
        live.clicked_at = now
    runs = not live.is_paused and not live.rests(now)
    st.button(
        "Live" if runs else "Paused" if live.is_paused else "Paused after 5 minutes without a click",
        key="live-button",
        icon=":material/pause:" if runs else ":material/play_arrow:",
        type="tertiary",
        help="Pause" if runs else "Follow what happens to the jobs",
        on_click=_toggle,
        args=(runs,),
    )
    ticks.watch(_watch(live, session.session_id()) if runs else None)


def _toggle(runs: bool) -> None:
    live = state()
    live.is_paused = runs
    memory().forget()


def _watch(live: Live, session_id: object) -> Watch:
    read = partial(_events, session_id)

    def news() -> bool:
        return runtime().reach().answers and has_news(live, read, time.monotonic())

    return Watch(news, lambda: show(live))


def has_news(live: Live, read: Callable[[], Events | None], now: float) -> bool:
    """Whether the board must be redrawn: after news, or if nobody has clicked for `REST_SECONDS`."""
    if live.by_itself or live.rests(now):
        return not live.by_itself
    events = read()
    if events is None or (events == live.seen and not live.is_moving and now < live.older_at):
        return False
    live.found = events
    return True


def show(live: Live) -> None:
    """Redraw the board after the current run; if the session has ended, the board leads to the gate."""
    memory().forget()
    if live.found is not None:
        live.seen, live.found = live.found, None
    live.by_itself = True
    fragments.request(BOARD)


def _events(session_id: object) -> Events | None:
    """None if they cannot be read: the page says elsewhere that the database is out of reach."""
    try:
        person = runtime().sessions().current(session_id, used=False)
        if person is None:
            return ENDED
        client: Client = session.client_of(person)
        key = runtime().connection().url, person.user_id
        return newest.get(key, lambda: _read(client))
    except ConsoleError:
        return None


def _read(client: Client) -> Events | None:
    """Only while the database answers: tabs that waited for each other must not all wait for it in turn."""
    return job_events.newest_events(client) if runtime().reach().answers else None
