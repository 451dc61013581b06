"""How far a start and the first load of the demo data are, as the screens show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from genjobs.domain.errors import ConsoleError, Unavailable

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

    def after(self, step: str) -> Progress:
        """The same start one step later."""
        return replace(self, steps=(*self.steps, step))

    @property
    def refusal(self) -> ConsoleError:
        """What a request is told that came too early."""
        waiting = Unavailable("The console is starting.", hint="Try again in a moment.", code="starting")
        return self.error or waiting


@dataclass(frozen=True)
class DemoProgress:
    """How far the first load of the demo data is: `jobs` is how many it is about, 0 while that is not known.

    `error` says why it ended without having been loaded.
    """

    percent: int
    jobs: int
    error: str = ""

    def __str__(self) -> str:
        about = f" of {self.jobs:,} jobs" if self.jobs else ""
        return f"Demo data: {self.percent}%{about}"
