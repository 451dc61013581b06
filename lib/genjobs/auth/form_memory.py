"""What a browser entered on the sign-in screen, kept in its cookie for 15 minutes, sealed against changes.

The key exists only in this process: after a restart, people enter the address again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from cryptography.fernet import Fernet, InvalidToken

SECONDS = 900


@dataclass(frozen=True)
class Entered:
    """The `email` that a browser entered last, and the hash of the token in the `mail` that it asked for."""

    email: str = ""
    mail: str = ""


class FormMemory:
    """Seals what was entered into a text for the browser's cookie. `clock` gives seconds since 1970."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._fernet = Fernet(Fernet.generate_key())
        self._clock = clock

    def seal(self, entered: Entered) -> str:
        """A text of ASCII letters, digits, `-`, `_` and `=`."""
        text = json.dumps(asdict(entered), ensure_ascii=False)
        return self._fernet.encrypt_at_time(text.encode(), int(self._clock())).decode()

    def unseal(self, sealed: object) -> Entered:
        """The value that was given to `seal`; empty for any other text, and if it is too old."""
        if not isinstance(sealed, str):
            return Entered()
        try:
            text = self._fernet.decrypt_at_time(sealed, SECONDS, int(self._clock()))
        except (InvalidToken, ValueError):
            return Entered()
        return Entered(**json.loads(text))
