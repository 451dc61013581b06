"""Keeping an eye on a stack: what became of it, and a thread that tells."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from genjobs.local.home import Home
from genjobs.local.stack import StackInfo

SECONDS = 0.25
Fate = Literal["here", "other", "killed", "stopped"]
logger = logging.getLogger(__name__)


def fate(known: StackInfo, home: Path) -> Fate:
    """What became of the stack that `known` describes: cheap, and changes nothing.

    `other`: one runs with other addresses or keys. `killed`: it is gone and nobody stopped it.
    """
    place = Home(home)
    state = place.read_state()
    if state:
        return "here" if StackInfo.from_state(state) == known else "other"
    return "killed" if place.wanted.exists() else "stopped"


class Watch:
    """Tells `told` four times a second what became of the stack of `home`, in a thread, until `end()`.

    `known` gives the stack as it was last seen.
    """

    def __init__(self, home: Path, known: Callable[[], StackInfo], told: Callable[[Fate], None]) -> None:
        self._home, self._known, self._told = home, known, told
        self._over = threading.Event()
        threading.Thread(target=self._run, name="stack-watch", daemon=True).start()

    def end(self) -> None:
        """Look no more."""
        self._over.set()

    def _run(self) -> None:
        while not self._over.wait(SECONDS):
            try:
                self._told(fate(self._known(), self._home))
            except (OSError, ValueError, LookupError, TypeError):  # the last three: a spoilt state
                logger.exception("The local stack could not be looked at; the next look follows.")
