"""A job among its attempts: the answer of `get_generation_job_details`, and its wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

from genjobs.domain import times
from genjobs.domain.rows import parse_time

Ending = Literal["failed", "lost", "handed_back", "cancelled"]
"""How an attempt ended without success: in a failure, with its worker, handed back by it, or cancelled.

It is known of each attempt that was retried or cancelled, and of the last of several allowed ones; not of a
failure that was not going to be retried.
"""
ENDINGS: dict[Ending, str] = {
    "lost": "lost with its worker",
    "handed_back": "handed back by its worker",
    "cancelled": "cancelled",
}


@dataclass(frozen=True)
class JobDetails:
    """`attempt` counts from 1; `retried_as` is the next attempt's id, `first_job_id` the first attempt's.

    `ending` says how an attempt ended without success, where that is known. `due_at`, aware, is when a queued
    job may start. `held` says that a worker holds the job; `percent` and `progress`
    are what the worker reported last.
    """

    first_job_id: str
    retried_as: str | None
    attempt: int
    attempts_allowed: int
    ending: Ending | None
    due_at: datetime | None
    held: bool
    percent: int | None
    progress: str | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of the function. Raises KeyError if a column is missing."""
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
        """Short facts in plain text; none for a queued or finished job with a single attempt."""
        return [*self._course(), *self._chain(), *self._start(now)]

    def _course(self) -> list[str]:
        if not self.held:
            return []
        return ["held by a worker" if self.progress is None else self.progress]

    def _chain(self) -> list[str]:
        said = []
        if self.attempt > 1 or self.retried_as:
            said.append(f"attempt {self.attempt} of {max(self.attempt, self.attempts_allowed)}")
        if self.ending in ENDINGS:
            said.append(ENDINGS[self.ending])
        if self.retried_as:
            said.append(f"retried as {self.retried_as[:8]}")
        return said

    def _start(self, now: datetime) -> list[str]:
        if self.due_at is None or self.due_at <= now:
            return []
        return [f"starts {times.relative(self.due_at, now)} at the earliest"]
