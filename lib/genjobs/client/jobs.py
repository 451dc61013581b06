"""The client's inputs and results, frozen. Money is in cents, times are aware datetimes in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from genjobs.domain.attempts import Ending
from genjobs.domain.errors import ConsoleError, InvalidInput
from genjobs.domain.inputs import can_be_stored, check_mode, check_moment, check_uuid
from genjobs.domain.rows import Job, Row, parse_time
from genjobs.domain.workflow import Status

__all__ = [
    "Created",
    "Creation",
    "Ending",
    "Event",
    "Job",
    "JobDetails",
    "NewJob",
    "Outcome",
    "Progress",
    "Refused",
    "Status",
]
ENDED = (Status.SUCCEEDED, Status.FAILED)
EVENT_KINDS = ("created", "known", "moved", "cost_changed", "deleted", "restored")
"""The kinds of events of a job. The log's other kinds are only for the totals."""
_PLAIN_DETAILS = (
    "first_job_id",
    "newest_job_id",
    "attempt",
    "attempts_allowed",
    "ending",
    "priority",
    "urgent",
    "timeout_seconds",
    "held",
    "percent",
    "progress",
)
_PLAIN_OF_EVENTS = ("job_id", "id", "kind", "old_cost_cents", "new_cost_cents", "error")
JOB_COLUMNS = tuple(Job.__dataclass_fields__)
DETAIL_COLUMNS = ("job_id", "retried_as", "newest_status", "due_at", *_PLAIN_DETAILS)
EVENT_COLUMNS = ("at", "old_status", "new_status", *_PLAIN_OF_EVENTS)


@dataclass(frozen=True, kw_only=True)
class NewJob:
    """A job to create.

    `key`, up to 200 characters, is unique among the person's jobs: creating the same job again with it finds
    the existing one. `priority` (-100 to 100) orders the person's own jobs, higher first. `not_before` is an
    aware datetime. `timeout_seconds` (up to 86,400) limits the time of an attempt, `max_attempts` (up to 100)
    the number of attempts; the defaults of both depend on the mode. Only with the secret key: `user_id`, the
    owner, and `urgent`, which puts the job before everyone's.
    """

    project_id: str
    mode: str
    input_asset_id: str | None = None
    key: str | None = None
    priority: int = 0
    urgent: bool = False
    not_before: datetime | None = None
    timeout_seconds: int | None = None
    max_attempts: int | None = None
    user_id: str | None = None

    def as_request(self, user_id: str | None) -> dict[str, Any]:
        """The object that is sent, normalised; `user_id` is used for a job that names no person.

        Raises InvalidInput for values that cannot be sent; the database checks the rest.
        """
        asset, due = self.input_asset_id, self.not_before
        person = user_id if self.user_id is None else self.user_id
        given = {
            "user_id": None if person is None else check_uuid("user_id", person),
            "project_id": check_uuid("project_id", self.project_id),
            "mode": check_mode("mode", self.mode),
            "input_asset_id": None if asset is None else check_uuid("input_asset_id", asset),
            "key": None if self.key is None else _checked_key(self.key),
            "priority": _whole("priority", self.priority) or None,
            "urgent": _truth("urgent", self.urgent) or None,
            "not_before": None if due is None else _in_utc(due),
            "timeout_seconds": _whole("timeout_seconds", self.timeout_seconds),
            "max_attempts": _whole("max_attempts", self.max_attempts),
        }
        return {name: value for name, value in given.items() if value is not None}


def _whole(field: str, value: object) -> int | None:
    if value is None or (type(value) is int and abs(value) < 2**31):
        return value
    raise InvalidInput(f"{field} cannot be {repr(value)[:40]}.", hint="Use a whole number below 2³¹.")


def _truth(field: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidInput(f"{field} cannot be {repr(value)[:40]}.", hint="Use True or False.")


def _in_utc(due: datetime) -> str:
    """Raises InvalidInput also for a time that is beyond the years 1 to 9999 in UTC."""
    try:
        return check_moment("not_before", due).astimezone(UTC).isoformat()
    except OverflowError as error:
        raise InvalidInput(f"not_before cannot be {due}.", hint="Use a time of this century.") from error


def _checked_key(key: object) -> str:
    if not isinstance(key, str) or not can_be_stored(key):
        raise InvalidInput(f"key cannot be {key!r}.", hint="Use a text of 1 to 200 characters, or None.")
    return key


@dataclass(frozen=True)
class Created:
    """A job that exists. If not `is_new`, it was created earlier with this key; `job_id` is its first."""

    job_id: str
    is_new: bool


@dataclass(frozen=True)
class Refused:
    """A job that was not created, and why. If `error` is TimedOut, it is not known whether it was created."""

    error: ConsoleError


Creation = Created | Refused


@dataclass(frozen=True)
class JobDetails:
    """A job, with details that are not in its row.

    The attempts of a job are linked jobs: `first_job_id` is the first, `newest_job_id` the newest one.
    `attempt` counts them, without earlier ones that were cancelled or handed back.
    `ending` is failed, lost (with its worker), handed_back or cancelled; None also where `Outcome` says so.
    `due_at` is when it may start, None if that is now or past. `held` says that a worker holds it, which may
    report `percent` and a line of text, `progress`.
    """

    job: Job
    first_job_id: str
    newest_job_id: str
    newest_status: Status
    attempt: int
    attempts_allowed: int
    ending: Ending | None
    priority: int
    urgent: bool
    timeout_seconds: int | None
    due_at: datetime | None
    held: bool
    percent: int | None
    progress: str | None

    @classmethod
    def from_rows(cls, job: Job, told: Row) -> Self:
        """A row of `generation_jobs` and one of `get_generation_job_details`."""
        due = told["due_at"]
        return cls(
            job=job,
            newest_status=Status(told["newest_status"]),
            due_at=None if due is None else parse_time(due),
            **{name: told[name] for name in _PLAIN_DETAILS},
        )


@dataclass(frozen=True)
class Outcome:
    """How a job ended. `job` is its newest attempt, `attempts` are all of them, the first one first.

    `ending` is cancelled, or after the last of several attempts failed or lost (with its worker). It is None
    after a success, and after a failure that was not going to be retried: it was final, a person set it, only
    one attempt was allowed, or the next one was refused, as `job.error` then says. `attempts_left` were still
    allowed: after a failure, 0 means that they were used up, more that there was another reason.
    """

    asked_job_id: str
    job: Job
    attempts: tuple[Job, ...]
    ending: Ending | None
    attempts_left: int

    @property
    def newest_job_id(self) -> str:
        """The id of the newest attempt."""
        return self.job.id

    @property
    def succeeded(self) -> bool:
        """Whether the newest attempt succeeded."""
        return self.job.status == Status.SUCCEEDED

    @property
    def cost_cents(self) -> int:
        """The cost of all attempts together."""
        return sum(attempt.cost_cents for attempt in self.attempts)


@dataclass(frozen=True)
class Event:
    """An event of an attempt of the job asked for; `job_id` is the attempt.

    `kind` is created, moved, cost_changed, deleted, restored, or known, which is the first known state of a
    job older than the log. Fields that do not apply are None.
    """

    asked_job_id: str
    job_id: str
    id: int
    kind: str
    at: datetime
    old_status: Status | None
    new_status: Status | None
    old_cost_cents: int | None
    new_cost_cents: int | None
    error: str | None

    @classmethod
    def from_row(cls, asked_job_id: str, row: Row) -> Self:
        """A row of `generation_job_events`."""
        old, new = row["old_status"], row["new_status"]
        return cls(
            asked_job_id=asked_job_id,
            at=parse_time(row["at"]),
            old_status=None if old is None else Status(old),
            new_status=None if new is None else Status(new),
            **{name: row[name] for name in _PLAIN_OF_EVENTS},
        )


@dataclass(frozen=True)
class Progress:
    """The progress of the attempt `job_id` of the job asked for: `percent`, and a line of text."""

    asked_job_id: str
    job_id: str
    percent: int | None
    message: str | None
