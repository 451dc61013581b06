"""The values that pass between the queue and the handler: jobs, and how they end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Self

Outcome = Literal["finished", "lost", "refused", "busy"]
_REFUSALS = re.compile("22|23|P0|PT4")


def is_refusal(sqlstate: str | None) -> bool:
    """Whether this error says that a value or a rule is in the way, so that sending it again changes nothing.

    Like `genjobs.is_refusal` in the database: data errors, constraints, and what triggers raise.
    """
    return bool(_REFUSALS.match(sqlstate or ""))


@dataclass(frozen=True)
class Job:
    """A job that this worker holds; `lease_token` proves it.

    `created_at` is aware; None if it is outside Python's range of years. `attempt` counts from 1.
    `first_job_id` is the id of the first attempt, the same for all attempts: fit for a provider's idempotency
    key. `timeout_seconds` is the job's own, if it has one; `waited_seconds` is the time from its creation to
    this claim, by the database's clock; None for a retry, which was put off first.
    """

    id: str
    user_id: str
    project_id: str
    mode: str
    input_asset_id: str | None
    created_at: datetime | None
    lease_token: str
    attempt: int = 1
    timeout_seconds: int | None = None
    waited_seconds: float | None = None
    first_job_id: str = ""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """A row of `claim_generation_jobs` as JSON gives it."""
        asset = row["input_asset_id"]
        created, started = _moment(row["created_at"]), _moment(row["updated_at"])
        return cls(
            id=str(row["id"]),
            user_id=str(row["user_id"]),
            project_id=str(row["project_id"]),
            mode=row["mode"],
            input_asset_id=None if asset is None else str(asset),
            created_at=created,
            lease_token=str(row["lease_token"]),
            attempt=row["attempt"],
            timeout_seconds=row["timeout_seconds"],
            waited_seconds=_waited(created, started) if row["attempt"] == 1 else None,
            first_job_id=str(row["first_job_id"]),
        )


@dataclass(frozen=True)
class Ending:
    """How a job is to end: `cost_cents` of this attempt, and the error if it failed.

    A failed job is retried unless `is_final`, and not before `retry_seconds` have passed. A job that is
    handed back fails, is queued again as a new job, and does not count as an attempt.
    """

    job: Job
    status: Literal["succeeded", "failed", "handed_back"]
    cost_cents: int = 0
    error: str | None = None
    is_final: bool = False
    retry_seconds: int = 0


@dataclass(frozen=True)
class Answer:
    """The result of an ending.

    finished; lost: the job has ended in another way; refused, with the reason; busy: send it again, because
    another transaction is changing the job. `retried_as` is the id of the next attempt, if one was queued.
    """

    outcome: Outcome
    reason: str | None = None
    retried_as: str | None = None


def reason_of(error: Exception) -> str:
    """The kind of an error and what it says, to stand within a sentence."""
    return f"{type(error).__name__}: {error}".rstrip(": .")


def _waited(created: datetime | None, started: datetime | None) -> float | None:
    return (started - created).total_seconds() if started and created else None


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
