"""Why sessions ended, so that the sign-in screen can say it: known to this process, the newest thousand."""

from __future__ import annotations

import threading

_KEPT = 1000
UNKNOWN = "session_ended"


class Endings:
    """By the key of a session, the code of what ended it. Threads may share it."""

    def __init__(self) -> None:
        self._codes: dict[bytes, str] = {}
        self._lock = threading.Lock()

    def note(self, key: bytes, code: str) -> None:
        """Remember the code; the oldest gives way."""
        with self._lock:
            self._codes[key] = code
            if len(self._codes) > _KEPT:
                del self._codes[next(iter(self._codes))]

    def why(self, key: bytes) -> str:
        """The code, or `session_ended` for a session of which nothing more is known."""
        return self._codes.get(key, UNKNOWN)
