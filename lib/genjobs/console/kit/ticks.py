"""Ticks: the runs that the browser asks for every few seconds, so that a page looks for news by itself.

Each run of a fragment takes a thread and some 10 ms of processor time, although most find nothing new. So
`ask_first` takes a run that nobody clicked, asks whether it would draw anything else, and skips it if not.
One fragment of a page, that of `kit.outage`, also looks for what the page watches.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import FragmentStorage
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from genjobs.console.kit import fragments

SECONDS = 5
Rerun = Callable[[AppSession, ClientState | None], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Watch:
    """`has_news` is called by ticks in a thread of its own and again in a run; it may wait, but not use `st`.

    `show` is called in the run that follows news.
    """

    has_news: Callable[[], bool]
    show: Callable[[], None]


@dataclass
class Ticks:
    """The ticks of one browser tab: what is watched, and which fragments have something new to draw.

    `looker` is the fragment whose ticks look for what is watched. `runs` counts the runs that were begun.
    """

    is_outdated: dict[str, Callable[[], bool]] = field(default_factory=dict)
    watched: Watch | None = None
    looker: str | None = None
    is_looking: bool = False
    runs: int = 0

    def ask(self, fragment_id: str, run: Callable[[], None]) -> None:
        """Call `run` if a run of the fragment has something new to draw. Call it in the event loop."""
        watched = self.watched
        if self._is_outdated(fragment_id):
            run()
        elif watched and fragment_id == self.looker and not self.is_looking:
            self._look(watched, run)

    def begin(self, fragment_id: str) -> None:
        """Note that a run begins, of the whole page if there is no id: what it draws is not drawn yet."""
        self.runs += 1
        if fragment_id:
            self.is_outdated.pop(fragment_id, None)
        else:
            self.is_outdated.clear()

    def _is_outdated(self, fragment_id: str) -> bool:
        is_outdated = self.is_outdated.get(fragment_id)
        try:
            return is_outdated is None or is_outdated()
        except Exception:
            log.exception("A tick could not be checked; the fragment is drawn.")
            return True

    def _look(self, watched: Watch, run: Callable[[], None]) -> None:
        """Call `run` after news, unless another run has begun meanwhile: it must not get older input.

        In a thread that does not hold up the end of the server, however long the database takes.
        """
        loop, before = asyncio.get_running_loop(), self.runs

        def looked(has_news: bool) -> None:
            self.is_looking = False
            if has_news and self.runs == before and self.watched is watched:
                run()

        def look() -> None:
            found = _has_news(watched)
            with suppress(RuntimeError):  # the server has ended meanwhile
                loop.call_soon_threadsafe(looked, found)

        threading.Thread(target=look, name="page-watch", daemon=True).start()
        self.is_looking = True


def _has_news(watched: Watch) -> bool:
    """A look that fails counts as news: the run that follows drops it."""
    try:
        return watched.has_news()
    except Exception:
        log.warning("A look for news failed.", exc_info=True)
        return True


_of_tabs: WeakKeyDictionary[FragmentStorage, Ticks] = WeakKeyDictionary()


def ask_first(rerun: Rerun) -> Rerun:
    """`rerun`, a method of Streamlit's sessions, but without the ticks that would draw nothing new."""

    def handle(session: AppSession, client_state: ClientState | None = None) -> None:
        ticks, fragment_id = _of(session._fragment_storage), client_state.fragment_id if client_state else ""

        def run() -> None:
            ticks.begin(fragment_id)
            rerun(session, client_state)

        if client_state and client_state.is_auto_rerun:
            ticks.ask(fragment_id, run)
        else:
            run()

    return handle


def only_if(is_outdated: Callable[[], bool]) -> None:
    """Skip ticks of the fragment that has just been drawn while `is_outdated` says no.

    Call this after drawing: a fragment whose run was broken off before is drawn at the next tick.
    `is_outdated` is called in the event loop: it must not wait, nor use `st`.
    """
    ticks, fragment_id = _current(), _fragment_id()
    if ticks and fragment_id:
        ticks.is_outdated[fragment_id] = is_outdated


def watch(watched: Watch | None) -> None:
    """Look for news from now on, instead of for what was watched before; None stops it."""
    if ticks := _current():
        ticks.watched = watched


def tick() -> None:
    """Show news of what is watched, unless the whole page is drawn; call it in the fragment that is to look.

    If it fails, that is logged and the watch is dropped, so that the rest of the fragment is still drawn.
    """
    ticks = _current()
    if not ticks:
        return
    ticks.looker, watched = _fragment_id(), ticks.watched
    if not watched or fragments.is_whole_page():
        return
    try:
        if watched.has_news():
            watched.show()
    except Exception:
        log.exception("The page's watch failed and was stopped.")
        ticks.watched = None


def _current() -> Ticks | None:
    context = get_script_run_ctx()
    return _of(context.fragment_storage) if context else None


def _fragment_id() -> str | None:
    """The fragment that is being drawn; None outside of fragments."""
    return ThreadState.get().fragment_id


def _of(storage: FragmentStorage) -> Ticks:
    return _of_tabs.setdefault(storage, Ticks())
