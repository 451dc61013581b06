"""Ticks: the runs that the browser asks for every few seconds, so that a page looks for news by itself.

Each run of a fragment takes a thread and some 10 ms of processor time, although most find nothing new. So
`ask_first` takes a run that nobody clicked, asks whether it would draw anything else, and skips it if not.
One fragment of a page, that of `kit.outage`, also looks for what the page watches.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import FragmentStorage
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from genjobs.console.kit import fragments

SECONDS = 5
LOOKS_AT_ONCE = 16
Rerun = Callable[[AppSession, ClientState | None], None]
log = logging.getLogger(__name__)
_looks = ThreadPoolExecutor(LOOKS_AT_ONCE, thread_name_prefix="page-watch")


@dataclass(frozen=True)
class Watch:
    """`has_news` is called at each tick in any thread, may wait, and must not use `st`.

    `show` is called in the run that follows news.
    """

    has_news: Callable[[], bool]
    show: Callable[[], None]


@dataclass
class Ticks:
    """The ticks of one browser tab: what is watched, and which fragments have something new to draw."""

    is_outdated: dict[str, Callable[[], bool]] = field(default_factory=dict)
    watched: Watch | None = None
    is_looking: bool = False
    reruns: int = 0

    def ask(self, fragment_id: str, run: Callable[[], None]) -> None:
        """Call `run` if a run of the fragment has something new to draw. Call it in the event loop."""
        if self._is_outdated(fragment_id):
            run()
        elif self.watched and not self.is_looking:
            self._look(self.watched, run)

    def _is_outdated(self, fragment_id: str) -> bool:
        is_outdated = self.is_outdated.get(fragment_id)
        try:
            return is_outdated is None or is_outdated()
        except Exception:
            log.exception("A tick could not be checked; the fragment is drawn.")
            return True

    def _look(self, watched: Watch, run: Callable[[], None]) -> None:
        """Call `run` after news, unless a newer run was asked for meanwhile: it must not get older input."""
        self.is_looking, before = True, self.reruns

        def looked(look: asyncio.Future[bool]) -> None:
            self.is_looking = False
            if not look.cancelled() and (look.exception() or look.result()) and self.reruns == before:
                run()

        asyncio.get_running_loop().run_in_executor(_looks, watched.has_news).add_done_callback(looked)


_of_tabs: WeakKeyDictionary[FragmentStorage, Ticks] = WeakKeyDictionary()


def ask_first(rerun: Rerun) -> Rerun:
    """`rerun`, a method of Streamlit's sessions, but without the ticks that would draw nothing new."""

    def handle(session: AppSession, client_state: ClientState | None = None) -> None:
        ticks = _of(session._fragment_storage)
        if client_state and client_state.is_auto_rerun:
            ticks.ask(client_state.fragment_id, lambda: rerun(session, client_state))
        else:
            ticks.reruns += 1
            rerun(session, client_state)

    return handle


def only_if(is_outdated: Callable[[], bool]) -> None:
    """Skip ticks of the fragment that has just been drawn while `is_outdated` says no.

    Call this last, so that a fragment whose run was broken off is drawn at the next tick. `is_outdated` is
    called in the event loop: it must not wait, nor use `st`.
    """
    ticks, fragment_id = _current(), ThreadState.get().fragment_id
    if ticks and fragment_id:
        ticks.is_outdated[fragment_id] = is_outdated


def watch(watched: Watch | None) -> None:
    """Look at each tick until this is called again or the whole page is drawn; None stops it."""
    if ticks := _current():
        ticks.watched = watched


def tick() -> None:
    """Show news of what is watched; does nothing while the whole page is drawn.

    If it fails, that is logged and the watch is dropped, so that the rest of the fragment is still drawn.
    """
    ticks = _current()
    if not ticks or not ticks.watched or fragments.is_whole_page():
        return
    try:
        if ticks.watched.has_news():
            ticks.watched.show()
    except Exception:
        log.exception("The page's watch failed and was stopped.")
        ticks.watched = None


def _current() -> Ticks | None:
    context = get_script_run_ctx()
    return _of(context.fragment_storage) if context else None


def _of(storage: FragmentStorage) -> Ticks:
    return _of_tabs.setdefault(storage, Ticks())
