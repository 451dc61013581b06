"""The queue through the project's API, with its secret key."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import httpx

from genjobs.domain.errors import ConsoleError, InvalidInput, SchemaBehind, SettingsError, Unavailable
from genjobs.domain.queue import QueueHealth
from genjobs.worker.jobs import Answer, Ending, Job, is_refusal, reason_of
from genjobs.worker.notes import Progress

Result = TypeVar("Result")

REQUEST_SECONDS = 15.0
FINISH = "finish_generation_jobs"
_REFUSED = {
    401: SettingsError(
        "The secret key is not accepted.", hint="Set SUPABASE_SECRET_KEY to this project's secret key."
    ),
    403: SettingsError(
        "This key may not claim jobs.",
        hint="Set SUPABASE_SECRET_KEY to the secret key, not a publishable key.",
    ),
    404: SchemaBehind("The database has no queue yet.", hint="Run: genjobs migrate"),
}


class ApiQueue:
    """Claims and finishes jobs through PostgREST. Use one object per thread."""

    def __init__(self, url: str, secret_key: str) -> None:
        self._url = url
        self._http = httpx.Client(
            base_url=f"{url}/rest/v1/rpc",
            headers={"apikey": secret_key, "Authorization": f"Bearer {secret_key}"},
            timeout=REQUEST_SECONDS,
        )
        self._has_worked = False

    def claim(self, worker_id: str, limit: int, lease_seconds: int, modes: Sequence[str] | None) -> list[Job]:
        """Claim up to `limit` jobs; they are running from now on and belong to this worker.

        Raises Unavailable if there is no usable answer, InvalidInput if the API cannot read the request,
        SchemaBehind if the database is older than this worker, and until the first success the errors of
        `_REFUSED`.
        """
        rows = self._call(
            "claim_generation_jobs",
            p_worker_id=worker_id,
            p_limit=limit,
            p_lease_seconds=lease_seconds,
            p_modes=None if modes is None else list(modes),
        )
        return _read(rows, Job.from_row)

    def finish(self, endings: Sequence[Ending]) -> list[Answer]:
        """Finish jobs; returns an answer for each, in order. Raises as `claim`."""
        rows = self._call(
            FINISH,
            p_job_ids=[one.job.id for one in endings],
            p_lease_tokens=[one.job.lease_token for one in endings],
            p_statuses=[one.status for one in endings],
            p_cost_cents=[one.cost_cents for one in endings],
            p_errors=[one.error for one in endings],
            p_finals=[one.is_final for one in endings],
            p_retry_seconds=[one.retry_seconds for one in endings],
        )
        return _read(rows, lambda row: Answer(row["outcome"], row["reason"], row["retried_as"]))

    def heartbeat(
        self, worker_id: str, lease_seconds: int, held: Sequence[Job], progress: Mapping[str, Progress]
    ) -> set[str]:
        """Report that the worker is alive and, by job id, new progress of its jobs.

        Returns the ids of jobs that it no longer holds. Raises as `claim`.
        """
        told = [progress.get(job.id, Progress()) for job in held]
        rows = self._call(
            "heartbeat_generation_workers",
            p_worker_id=worker_id,
            p_lease_seconds=lease_seconds,
            p_job_ids=[job.id for job in held],
            p_lease_tokens=[job.lease_token for job in held],
            p_percents=[one.percent for one in told],
            p_messages=[one.message for one in told],
        )
        return set(_read(rows, lambda row: str(row["lost_job_id"])))

    def health(self) -> QueueHealth:
        """Figures of the whole queue. Raises as `claim`."""
        [health] = _read(self._call("get_generation_queue_health"), QueueHealth.from_row)
        return health

    def wait(self, seconds: float) -> bool:
        """Wait; always False, because the API does not notify of new jobs."""
        time.sleep(seconds)
        return False

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _call(self, function: str, **parameters: object) -> list[dict[str, Any]]:
        try:
            answer = self._http.post(f"/{function}", json=parameters)
            rows = answer.json() if answer.is_success else None
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(f"The API at {self._url} did not answer: {reason_of(error)}.") from error
        if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
            self._has_worked = True
            return rows
        raise self._meaning(function, answer)

    def _meaning(self, function: str, answer: httpx.Response) -> ConsoleError:
        """Before the first success, a wrong key or schema is an error; later, all failures are temporary."""
        if not self._has_worked and answer.status_code in _REFUSED:
            return _REFUSED[answer.status_code]
        if answer.status_code == 400 or (function == FINISH and is_refusal(_code(answer))):
            return InvalidInput(f"The API refused the request: {answer.text[:500]}")
        return Unavailable(f"The API at {self._url} answered with {answer.status_code}.")


def _read(rows: Iterable[dict[str, Any]], reader: Callable[[dict[str, Any]], Result]) -> list[Result]:
    try:
        return [reader(row) for row in rows]
    except KeyError as error:
        raise SchemaBehind(
            f"The queue is older than this worker: it has no {error}.", hint="Run: genjobs migrate"
        ) from error


def _code(answer: httpx.Response) -> str | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return str(body.get("code")) if isinstance(body, dict) else None
