"""The health of the queue: the answer of `get_generation_queue_health`, and the checks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from genjobs.domain.check import Check
from genjobs.domain.counting import counted
from genjobs.domain.times import duration

MOST_WAITING = 10_000
OLD_TRANSACTION_SECONDS = 60
_SQL = "select * from public.get_generation_queue_health();"


@dataclass(frozen=True)
class QueueHealth:
    """The numbers of jobs that wait (counted up to 10,001), that are delayed, and that workers hold.

    `workers` sent a heartbeat within their lease; `lost_workers` stopped within the last hour while they held
    jobs. `oldest_transaction_seconds` is None if the database does not show other users' transactions.
    """

    waiting: int
    oldest_waiting_seconds: float | None
    delayed: int
    held: int
    workers: int
    lost_workers: int
    oldest_transaction_seconds: float | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Read a row of the function. Raises KeyError if it has another shape."""
        return cls(**{name: row[name] for name in cls.__dataclass_fields__})


def checks(health: QueueHealth) -> list[Check]:
    """Whether workers take waiting jobs, whether any were lost, and whether a transaction stays open."""
    return [_served(health), _lost(health), _transactions(health)]


def verdict(health: QueueHealth) -> str:
    """The sentence for a queue whose checks all hold."""
    if health.waiting and not health.workers:
        return "No worker is running: queued jobs wait until one runs or somebody starts them by hand."
    return "Nothing holds the queue back."


def _served(health: QueueHealth) -> Check:
    more = " or more" if health.waiting > MOST_WAITING else ""
    oldest = health.oldest_waiting_seconds
    age = "" if oldest is None else f", the oldest for {duration(oldest)}"
    return Check(
        "Queue",
        "at least one worker is alive if jobs are held, or if jobs wait and a worker was lost",
        f"{counted(health.workers, 'worker')} alive, holding {counted(health.held, 'job')};"
        f" {min(health.waiting, MOST_WAITING):,}{more} waiting{age}",
        bool(health.workers) or not (health.held or (health.waiting and health.lost_workers)),
        _SQL,
        "Start a worker, which also takes back the jobs that a dead one held: "
        "`genjobs worker --handler package.module:function`",
    )


def _lost(health: QueueHealth) -> Check:
    return Check(
        "Lost workers",
        "none within the last hour",
        f"{health.lost_workers:,}" if health.lost_workers else "none",
        not health.lost_workers,
        _SQL,
        "They stopped responding. Their jobs went back to the queue, or failed after their last attempt. "
        "Check their logs for the reason.",
    )


def _transactions(health: QueueHealth) -> Check:
    age = health.oldest_transaction_seconds
    return Check(
        "Open transactions",
        "none open for more than a minute",
        "none" if age is None else f"the oldest for {duration(age)}",
        (age or 0) <= OLD_TRANSACTION_SECONDS,
        "select pid, usename, application_name, xact_start, query\n"
        "from pg_stat_activity where xact_start is not null order by xact_start;",
        "It keeps PostgreSQL from removing dead rows, which slows down claims. Find its pid by the query "
        "below, and end it: `select pg_terminate_backend(pid);`",
    )
