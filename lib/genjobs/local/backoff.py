"""How long to wait before a part that keeps dying is started again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_SECONDS, MOST_SECONDS, SOUND_SECONDS = 0.1, 5.0, 30.0


@dataclass
class Backoff:
    """Doubles from a tenth of a second to five; a part that lived half a minute starts over."""

    clock: Callable[[], float] = field(default=time.monotonic)
    _wait: float = FIRST_SECONDS
    _started: float = float("-inf")
    _due: float | None = None

    def started(self) -> None:
        """The part was started now."""
        self._started, self._due = self.clock(), None

    def is_due(self) -> bool:
        """The part is down: whether to start it now."""
        if self._due is None:
            sound = self.clock() - self._started > SOUND_SECONDS
            self._wait = FIRST_SECONDS if sound else min(self._wait * 2, MOST_SECONDS)
            self._due = self.clock() + self._wait
        return self.clock() >= self._due
