"""The blocking client."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeAlias

import httpx

from genjobs.client import following, operations
from genjobs.client.access import Access, checked_token, refuse_if_closed, timeout_of
from genjobs.client.connections import Connections
from genjobs.client.jobs import Created, Creation, Event, Job, JobDetails, NewJob, Outcome, Progress
from genjobs.client.steps import Emit, Operation, Pace, Pause, Reply, Request, Result
from genjobs.domain.workflow import Status

Jobs: TypeAlias = list[Job]
"""Inside the class, `list` is a method."""
Outcomes: TypeAlias = list[Outcome]
Creations: TypeAlias = list[Creation]


class Client:
    """A client of the project at `url`; threads may share it, and so may processes that are forked.

    It acts either as a person: `key` is the publishable key, and `token` their access token, or a function
    that returns a valid one and is called before each request; if it returns None, the request is refused.
    Or it uses the secret key, which bypasses all policies: then `user_id` owns the jobs that it creates and
    lists, unless a job names another person.

    Every method raises errors of `genjobs.errors`. A request that got lost is sent again if that is safe:
    reads, cancelling, and creating jobs that all have a key. Otherwise it raises TimedOut: it is not known
    whether the request took effect.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        token: str | Callable[[], str | None] | None = None,
        user_id: str | None = None,
    ) -> None:
        self._access = Access.checked(url, key, user_id, token is not None)
        self._token = token
        self._pace = Pace()
        self._connections = Connections(self._access.base_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._connections.http.close()

    def create(self, job: NewJob) -> Created:
        """Create a job, or find the existing one with its key, for which `is_new` is false.

        Raises Conflict, which names the difference, if the key belongs to another job; OverBudget if the job
        would exceed a hard monthly limit; InvalidInput, NotFound or Forbidden for other refusals.
        """
        return self._run(operations.create(self._pace, self._access.user_id, job))

    def create_many(self, jobs: Iterable[NewJob]) -> Creations:
        """Create jobs independently of each other; returns a Created or a Refused for each, in order.

        One request takes up to 1,000 jobs; more are sent in several. Raises an error if nothing was created
        and the reason is not with a single job.
        """
        return self._run(operations.create_many(self._pace, self._access.user_id, jobs))

    def get(self, job_id: str) -> JobDetails:
        """The current state of a job, with its progress and its place among the attempts. Raises NotFound."""
        return self._run(operations.get(self._pace, job_id))

    def wait(self, job_id: str, *, timeout: float | None = None) -> Outcome:
        """How the job ended, followed to its newest attempt.

        Polls after about half a second, then less and less often, down to every five seconds. Raises TimedOut
        if it has not ended after `timeout` seconds, also if the API was away at that time; Unavailable if the
        API gave no usable answer for a minute: it was unreachable, failed, limited the rate, or answered with
        a web page.
        """
        return self.wait_many([job_id], timeout=timeout)[0]

    def wait_many(self, job_ids: Sequence[str], *, timeout: float | None = None) -> Outcomes:
        """The same for many jobs, in their order; one request reads up to 1,000."""
        return self._run(following.wait(self._pace, job_ids, timeout))

    def watch(self, job_id: str, *, timeout: float | None = None) -> Iterator[Event | Progress]:
        """Past and new events of the job, in order, until its newest attempt has ended.

        Polls, and raises, as `wait` does.
        """
        operation, reply = following.watch(self._pace, job_id, timeout), None
        while True:
            try:
                step = operation.send(reply)
            except StopIteration:
                return
            reply = None
            if isinstance(step, Emit):
                yield step.item
            else:
                reply = self._take(step)

    def cancel(self, job_id: str, *, reason: str | None = None) -> bool:
        """Cancel the newest attempt: it fails with this reason, and is not retried.

        False if it had already ended. Raises NotFound.
        """
        return self._run(operations.cancel(self._pace, job_id, reason))

    def retry(self, job_id: str) -> str:
        """Queue another attempt and return its id. Raises Conflict if the newest attempt has not failed."""
        return self._run(operations.retry(self._pace, job_id))

    def list(
        self, *, project_id: str | None = None, status: Status | str | None = None, limit: int = 100
    ) -> Jobs:
        """The newest `limit` jobs, newest first, each attempt separately, of one project or status."""
        return self._run(operations.list_jobs(self._pace, self._access.user_id, project_id, status, limit))

    def _run(self, operation: Operation[Result]) -> Result:
        reply: Reply = None
        while True:
            try:
                step = operation.send(reply)
            except StopIteration as done:
                result: Result = done.value
                return result
            reply = self._take(step)

    def _take(self, step: Request | Pause) -> Reply:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        refuse_if_closed(self._connections.http.is_closed)
        given = self._token() if callable(self._token) else self._token
        token = None if self._token is None else checked_token(given)
        try:
            return self._connections.http.request(
                step.method,
                step.path,
                params=step.params,
                json=step.body,
                headers=self._access.headers(token),
                timeout=timeout_of(step),
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return error
