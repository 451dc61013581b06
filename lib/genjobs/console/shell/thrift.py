"""Spares what Streamlit does anew for each run, clicks and ticks alike, though nothing has changed.

It has no setting for either. With a hundred open pages, which tick every few seconds, these two were half of
the processor's time: it collects all garbage after each run, and puts the theme together option by option for
the message with which each begins.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.scriptrunner import script_runner

COLLECTED_SECONDS = 2.0
Populate = Callable[[CustomThemeConfig, str], None]


def begin() -> None:
    """From now on, in this process; call it once, as the server starts."""
    vars(script_runner)["gc"] = Seldom()
    vars(app_session)["_populate_theme_msg"] = remembered(app_session._populate_theme_msg)


class Seldom:
    """Stands for the module `gc`: of many collections of all garbage there is one every two seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock, self._due = clock, threading.Lock(), 0.0

    def collect(self, generation: int = 2) -> int:
        """As `gc.collect`; 0, with nothing done, where the last one was a moment ago."""
        with self._lock:
            if self._clock() < self._due:
                return 0
            self._due = self._clock() + COLLECTED_SECONDS
        return gc.collect(generation)


def remembered(populate: Populate) -> Populate:
    """The same, with each section of the theme put together once: it is that of the file that was read."""
    sections: dict[str, CustomThemeConfig] = {}

    def from_memory(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in sections:
            made = CustomThemeConfig()
            populate(made, section)
            sections[section] = made
        if sections[section].ByteSize():
            msg.MergeFrom(sections[section])

    return from_memory
