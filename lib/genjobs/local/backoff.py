"""How long to wait before restarting a part that keeps dying."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_SECONDS, MOST_SECONDS, SOUND_SECONDS = 0.1, 5.0, 30.0


@dataclass
class Backoff:
    """Doubles from 0.1 to 5 seconds; starts over after a part has run for half a minute."""

    clock: Callable[[], float] = field(default=time.monotonic)
    _wait: float = FIRST_SECONDS
    _started: float = float("-inf")
    _due: float | None = None

    def started(self) -> None:
        """Note that the part was started now."""
        self._started, self._due = self.clock(), None

    def is_due(self) -> bool:
        """Whether to start the part, which is down, now."""
        if self._due is None:
            sound = self.clock() - self._started > SOUND_SECONDS
            self._wait = FIRST_SECONDS if sound else min(self._wait * 2, MOST_SECONDS)
            self._due = self.clock() + self._wait
        return self.clock() >= self._due
