"""Progress of the startup and of the first load of the demo data, as the screens show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from genjobs.domain.errors import ConsoleError, Unavailable

State = Literal["starting", "ready", "failed"]


@dataclass(frozen=True)
class Progress:
    """Progress of the startup: the steps so far, the newest last, and the error if it failed.

    `again`: it was ready before, and its local stack has stopped since. Then `error` may also be set while
    "starting": it is the error of the last attempt.
    """

    state: State
    steps: tuple[str, ...] = ()
    error: ConsoleError | None = None
    again: bool = False

    def after(self, step: str) -> Progress:
        """The same progress with one more step."""
        return replace(self, steps=(*self.steps, step))

    @property
    def refusal(self) -> ConsoleError:
        """The error for a request that came before the console was ready."""
        waiting = Unavailable("The console is starting.", hint="Try again in a moment.", code="starting")
        return self.error or waiting


@dataclass(frozen=True)
class DemoProgress:
    """Progress of the first load of the demo data; `jobs` are there so far.

    `error` says why the load failed. `has_recent`: the jobs of the last two weeks are there.
    """

    percent: int
    jobs: int
    error: str = ""
    has_recent: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether all jobs are there; the database may still be tidying up."""
        return self.percent == 100

    def __str__(self) -> str:
        so_far = f", {self.jobs:,} jobs so far" if self.jobs else ""
        return f"Demo data: {self.percent}%{so_far}"
