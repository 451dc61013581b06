"""Avoids three things that Streamlit repeats although nothing has changed.

It collects all garbage after each run, builds the theme option by option for the first message of each run,
and runs a fragment at each tick. With a hundred open pages, these three took most of the processor's time.
Streamlit has no setting for any of them.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import script_runner

from genjobs.console.kit.ticks import ask_first

COLLECTED_SECONDS = 2.0
Populate = Callable[[CustomThemeConfig, str], None]


def install() -> None:
    """Install the savings in this process; call it once, when the server starts."""
    vars(script_runner)["gc"] = ThrottledCollector()
    ticking = ask_first(AppSession._handle_rerun_script_request)
    AppSession._handle_rerun_script_request = ticking  # type: ignore[method-assign, assignment]
    vars(app_session)["_populate_theme_msg"] = cached_theme(app_session._populate_theme_msg)


class ThrottledCollector:
    """Replaces the module `gc` for Streamlit: at most one full collection every two seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock, self._due = clock, threading.Lock(), 0.0

    def collect(self, generation: int = 2) -> int:
        """Like `gc.collect`, but returns 0 and does nothing within two seconds of the last collection."""
        with self._lock:
            if self._clock() < self._due:
                return 0
            self._due = self._clock() + COLLECTED_SECONDS
        return gc.collect(generation)


def cached_theme(populate: Populate) -> Populate:
    """`populate`, but each section of the theme is built only once: the theme's file is read only once."""
    sections: dict[str, CustomThemeConfig] = {}

    def from_memory(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in sections:
            made = CustomThemeConfig()
            populate(made, section)
            sections[section] = made
        if sections[section].ByteSize():
            msg.MergeFrom(sections[section])

    return from_memory
