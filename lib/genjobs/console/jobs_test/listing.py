"""Which jobs the list shows, in which order: rows change in place, and newcomers wait until they are let in.

A row action reports the number of a row. So no row takes another's place while somebody works in the list.
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
    """The jobs as they are drawn; those of `gone` were deleted meanwhile, `waiting` newcomers are not in."""

    jobs: tuple[Job, ...] = ()
    gone: frozenset[str] = frozenset()
    waiting: int = 0

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rows."""
        return tuple(job.id for job in self.jobs)

    def age_seconds(self, now: datetime) -> float:
        """How old its newest job is; without end where there is none."""
        return min(((now - job.created_at).total_seconds() for job in self.jobs), default=inf)

    def left(self, status: Status | None) -> int:
        """How many rows were deleted, or have another status now than the one that is asked for."""
        return sum(job.id in self.gone or status not in (None, job.status) for job in self.jobs)

    def missing(self, newest: Iterable[Job]) -> tuple[str, ...]:
        """The rows that are not among `newest`, and have to be read by their ids."""
        there = {job.id for job in newest}
        return tuple(job_id for job_id in self.ids if job_id not in there)


def follow(held: Listing, newest: Sequence[Job], others: Sequence[Job], limit: int) -> Listing:
    """`held` as it stands now, by the `newest` jobs, at most `limit`, and by the `others` that it is missing.

    Where it holds no row, the newest are let in.
    """
    if not held.jobs:
        return Listing(tuple(newest))
    found = {job.id: job for job in (*newest, *others)}
    rows = tuple(found.get(job.id, job) for job in held.jobs)
    gone = frozenset(job_id for job_id in held.ids if job_id not in found)
    return Listing(rows, gone, _newcomers(rows, newest, limit))


def _newcomers(rows: Sequence[Job], newest: Sequence[Job], limit: int) -> int:
    """Where rows left the newest, older jobs move up: they are no newcomers, unless the list had room."""
    shown, oldest = {job.id for job in rows}, min(job.created_at for job in rows)
    return sum(job.id not in shown and (len(rows) < limit or job.created_at > oldest) for job in newest)
