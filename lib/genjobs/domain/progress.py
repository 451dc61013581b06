"""How far a start is, as the screens show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from genjobs.domain.errors import ConsoleError

State = Literal["starting", "ready", "failed"]


@dataclass(frozen=True)
class Progress:
    """How far the start is: the steps so far, the newest last, and the error when it failed.

    `again`: it was ready before, and its local stack has ended since. Then an error may stand beside
    "starting" too: what the last try failed with.
    """

    state: State
    steps: tuple[str, ...] = ()
    error: ConsoleError | None = None
    again: bool = False
