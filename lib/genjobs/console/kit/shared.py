"""Answers that several people share: read once per process and cached for some seconds.

Only for answers that are the same for everyone who may see them: the key says what was asked of which
database. Callers must first check that the reader may see the answer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

MOST = 64
T = TypeVar("T")


@dataclass
class _Answer:
    lock: threading.Lock = field(default_factory=threading.Lock)
    until: float = float("-inf")
    value: Any = None


class Shared:
    """Answers by key, for all threads. `clock` gives seconds and never goes back."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._lock = threading.Lock()
        self._answers: dict[Hashable, _Answer] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """The answer to `key`. If several threads ask at once, one reads and the others wait.

        An error from `read` is raised only to its caller; the next caller reads again.
        """
        answer = self._of(key)
        with answer.lock:
            if self._clock() >= answer.until:
                answer.value = read()
                answer.until = self._clock() + self._seconds
            value: T = answer.value
            return value

    def forget(self) -> None:
        """Drop all answers, also those that are being read."""
        with self._lock:
            self._answers = {}

    def _of(self, key: Hashable) -> _Answer:
        with self._lock:
            answer = self._answers.pop(key, None) or _Answer()
            newest = list(self._answers.items())[1 - MOST :]
            self._answers = dict([*newest, (key, answer)])
            return answer
