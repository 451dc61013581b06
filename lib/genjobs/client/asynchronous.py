"""The client for asyncio: the same operations, with awaited steps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from inspect import isawaitable
from types import TracebackType
from typing import Self

import httpx

from genjobs.client import following, operations
from genjobs.client.access import TIMEOUT, Access, checked_token, refuse_if_closed, timeout_of
from genjobs.client.blocking import Creations, Jobs, Outcomes
from genjobs.client.jobs import Created, Event, JobDetails, NewJob, Outcome, Progress
from genjobs.client.steps import Emit, Operation, Pace, Pause, Reply, Request, Result
from genjobs.domain.errors import InvalidInput
from genjobs.domain.workflow import Status


class AsyncClient:
    """`Client` for asyncio: the same methods and errors. The function that returns a token may be async.

    It belongs to the process and the event loop that it is first used in.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        token: str | Callable[[], str | Awaitable[str | None] | None] | None = None,
        user_id: str | None = None,
    ) -> None:
        self._access = Access.checked(url, key, user_id, token is not None)
        self._token = token
        self._pace = Pace()
        self._http = httpx.AsyncClient(base_url=self._access.base_url, timeout=TIMEOUT)
        self._home: tuple[int, asyncio.AbstractEventLoop] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        self._refuse_other_loop()
        await self._http.aclose()

    async def create(self, job: NewJob) -> Created:
        """As `Client.create`."""
        return await self._run(operations.create(self._pace, self._access.user_id, job))

    async def create_many(self, jobs: Iterable[NewJob]) -> Creations:
        """As `Client.create_many`."""
        return await self._run(operations.create_many(self._pace, self._access.user_id, jobs))

    async def get(self, job_id: str) -> JobDetails:
        """As `Client.get`."""
        return await self._run(operations.get(self._pace, job_id))

    async def wait(self, job_id: str, *, timeout: float | None = None) -> Outcome:
        """As `Client.wait`."""
        return (await self.wait_many([job_id], timeout=timeout))[0]

    async def wait_many(self, job_ids: Sequence[str], *, timeout: float | None = None) -> Outcomes:
        """As `Client.wait_many`."""
        return await self._run(following.wait(self._pace, job_ids, timeout))

    async def watch(self, job_id: str, *, timeout: float | None = None) -> AsyncIterator[Event | Progress]:
        """As `Client.watch`, for `async for`."""
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
                reply = await self._take(step)

    async def cancel(self, job_id: str, *, reason: str | None = None) -> bool:
        """As `Client.cancel`."""
        return await self._run(operations.cancel(self._pace, job_id, reason))

    async def retry(self, job_id: str) -> str:
        """As `Client.retry`."""
        return await self._run(operations.retry(self._pace, job_id))

    async def list(
        self, *, project_id: str | None = None, status: Status | str | None = None, limit: int = 100
    ) -> Jobs:
        """As `Client.list`."""
        return await self._run(
            operations.list_jobs(self._pace, self._access.user_id, project_id, status, limit)
        )

    async def _run(self, operation: Operation[Result]) -> Result:
        reply: Reply = None
        while True:
            try:
                step = operation.send(reply)
            except StopIteration as done:
                result: Result = done.value
                return result
            reply = await self._take(step)

    def _refuse_other_loop(self) -> None:
        """Connections belong to the loop that opened them, and fail at random in any other.

        A forked process may run a copy of that loop, but shares the sockets with its parent.
        """
        here = os.getpid(), asyncio.get_running_loop()
        if self._home not in (None, here):
            raise InvalidInput(
                "The client belongs to another event loop or process.",
                hint="Create an AsyncClient in each event loop, or share one Client among threads.",
            )
        self._home = here

    async def _take(self, step: Request | Pause) -> Reply:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        refuse_if_closed(self._http.is_closed)
        self._refuse_other_loop()
        given = self._token() if callable(self._token) else self._token
        given = await given if isawaitable(given) else given
        token = None if self._token is None else checked_token(given)
        try:
            return await self._http.request(
                step.method,
                step.path,
                params=step.params,
                json=step.body,
                headers=self._access.headers(token),
                timeout=timeout_of(step),
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return error
