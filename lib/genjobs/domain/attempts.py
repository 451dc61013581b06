"""A job among its attempts: what `get_generation_job_details` answers, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from genjobs.domain import times
from genjobs.domain.rows import parse_time

ENDINGS = {
    "lost": "lost with its worker",
    "handed_back": "handed back by its worker",
    "cancelled": "cancelled",
}


@dataclass(frozen=True)
class JobDetails:
    """`attempt` counts from 1; `retried_as` is the next attempt, `first_job_id` the first, maybe itself.

    `ending` says how an attempt ended that was not done: failed, lost, handed_back or cancelled. `due_at` is
    when a queued job may start, aware. `held` says that a worker has it; `percent` and `progress` are what
    it told last.
    """

    first_job_id: str
    retried_as: str | None
    attempt: int
    attempts_allowed: int
    ending: str | None
    due_at: datetime | None
    held: bool
    percent: int | None
    progress: str | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of the function; KeyError when a column is missing."""
        due = row["due_at"]
        return cls(
            first_job_id=row["first_job_id"],
            retried_as=row["retried_as"],
            attempt=row["attempt"],
            attempts_allowed=row["attempts_allowed"],
            ending=row["ending"],
            due_at=None if due is None else parse_time(due),
            held=row["held"],
            percent=row["percent"],
            progress=row["progress"],
        )

    def facts(self, now: datetime) -> list[str]:
        """What is worth a word, in plain text: nothing for a job that is the only attempt."""
        return [*self._course(), *self._chain(), *self._start(now)]

    def _course(self) -> list[str]:
        if not self.held:
            return []
        return ["a worker has it" if self.progress is None else self.progress]

    def _chain(self) -> list[str]:
        said = []
        if self.attempt > 1 or self.retried_as:
            said.append(f"attempt {self.attempt} of {max(self.attempt, self.attempts_allowed)}")
        if self.ending in ENDINGS:
            said.append(ENDINGS[self.ending])
        if self.retried_as:
            said.append(f"tried again as {self.retried_as[:8]}")
        return said

    def _start(self, now: datetime) -> list[str]:
        if self.due_at is None or self.due_at <= now:
            return []
        return [f"starts {times.relative(self.due_at, now)} at the earliest"]
