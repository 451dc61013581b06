"""Watches a stack: its state, and a thread that reports it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from genjobs.local.home import Home
from genjobs.local.stack import StackInfo

SECONDS = 0.25
StackState = Literal["here", "other", "killed", "stopped"]
logger = logging.getLogger(__name__)


def state_of(known: StackInfo, home: Path) -> StackState:
    """The state of the stack that `known` describes; cheap, and changes nothing.

    `other`: one with other addresses or keys is running. `killed`: it is gone, but nobody stopped it.
    """
    place = Home(home)
    state = place.read_state()
    if state:
        return "here" if StackInfo.from_state(state) == known else "other"
    return "killed" if place.wanted.exists() else "stopped"


class Watch:
    """Calls `told` with the state of the stack of `home` four times a second, in a thread, until `end()`.

    `known` returns the stack as last seen.
    """

    def __init__(
        self, home: Path, known: Callable[[], StackInfo], told: Callable[[StackState], None]
    ) -> None:
        self._home, self._known, self._told = home, known, told
        self._here: object = None
        self._over = threading.Event()
        threading.Thread(target=self._run, name="stack-watch", daemon=True).start()

    def end(self) -> None:
        """Stop watching."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(SECONDS):
            try:
                self._told(self._look())
            except (OSError, ValueError, LookupError, TypeError):  # the last three: a damaged state file
                logger.exception("The local stack could not be checked; trying again.")

    def _look(self) -> StackState:
        """Read the state only if its file is not the one that was here at the last look."""
        mark = Home(self._home).mark()
        if mark is not None and mark == self._here:
            return "here"
        state = state_of(self._known(), self._home)
        self._here = mark if state == "here" else None
        return state
