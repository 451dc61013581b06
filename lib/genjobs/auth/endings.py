"""Why sessions ended, for the sign-in screen: kept in this process, only the newest thousand."""

from __future__ import annotations

import threading

_KEPT = 1000
UNKNOWN = "session_ended"


class Endings:
    """The codes of why sessions ended, by session key. Threads may share it."""

    def __init__(self) -> None:
        self._codes: dict[bytes, str] = {}
        self._lock = threading.Lock()

    def note(self, key: bytes, code: str) -> None:
        """Remember the code; the oldest is dropped if there are too many."""
        with self._lock:
            self._codes[key] = code
            if len(self._codes) > _KEPT:
                del self._codes[next(iter(self._codes))]

    def why(self, key: bytes) -> str:
        """The code, or `session_ended` if nothing more is known of the session."""
        return self._codes.get(key, UNKNOWN)
