"""Which jobs the list shows, in which order: rows change in place, and new jobs wait until asked for.

A row action reports a row number, so no row may take another's place while somebody works in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf

from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status


@dataclass(frozen=True)
class Listing:
    """The jobs as drawn; those in `gone` have been deleted, and `waiting` new jobs are not shown yet."""

    jobs: tuple[Job, ...] = ()
    gone: frozenset[str] = frozenset()
    waiting: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rows."""
        return tuple(job.id for job in self.jobs)

    def age_seconds(self, now: datetime) -> float:
        """The age of the newest job in seconds; infinite for an empty list."""
        return min(((now - job.created_at).total_seconds() for job in self.jobs), default=inf)

    def left(self, status: Status | None) -> int:
        """How many rows were deleted, or no longer have the status that is asked for."""
        return sum(job.id in self.gone or status not in (None, job.status) for job in self.jobs)

    def missing(self, newest: Iterable[Job]) -> tuple[str, ...]:
        """The rows that are not among `newest`, and have to be read by their ids."""
        there = {job.id for job in newest}
        return tuple(job_id for job_id in self.ids if job_id not in there)


def follow(held: Listing, newest: Sequence[Job], others: Sequence[Job], limit: int) -> Listing:
    """`held`, updated from the `newest` jobs, at most `limit`, and from the `others`, read by their ids.

    If `held` is empty, the newest jobs become the list.
    """
    if not held.jobs:
        return Listing(tuple(newest))
    found = {job.id: job for job in (*newest, *others)}
    rows = tuple(found.get(job.id, job) for job in held.jobs)
    gone = frozenset(job_id for job_id in held.ids if job_id not in found)
    return Listing(rows, gone, _newcomers(rows, newest, limit))


def _newcomers(rows: Sequence[Job], newest: Sequence[Job], limit: int) -> int:
    """When rows drop out of the newest, older jobs move up; they count as new only if the list had room."""
    shown, oldest = {job.id for job in rows}, min(job.created_at for job in rows)
    return sum(job.id not in shown and (len(rows) < limit or job.created_at > oldest) for job in newest)
