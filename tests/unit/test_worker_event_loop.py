"""The event loop that async jobs of one process share, and what they do not share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar

import pytest

from genjobs.worker import event_loop

Value = TypeVar("Value")
PERSON = ContextVar("person", default="nobody")


@pytest.fixture(autouse=True)
def loops(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[asyncio.AbstractEventLoop]]:
    """The loops that jobs of the test ran in; closed afterwards."""
    monkeypatch.setattr(event_loop, "_runner", None)
    used: list[asyncio.AbstractEventLoop] = []
    yield used
    for loop in used:
        loop.close()


def run(coroutine: Coroutine[Any, Any, Value]) -> Value:
    """As in a child process; here an open browser leaves an event loop running in the thread of the tests."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(event_loop.run, coroutine).result()


async def left_behind(loops: list[asyncio.AbstractEventLoop], what: asyncio.Task[None]) -> int:
    """Waits until the task has begun; the number of tasks in the loop."""
    loops.append(asyncio.get_running_loop())
    await asyncio.sleep(0)
    assert not what.done()
    return len(asyncio.all_tasks())


def test_jobs_share_a_loop_and_no_tasks(loops: list[asyncio.AbstractEventLoop]) -> None:
    """A client that a module keeps belongs to the loop of its first use."""
    left: list[asyncio.Task[None]] = []

    async def wait() -> None:
        await asyncio.Event().wait()

    async def job() -> int:
        left.append(asyncio.create_task(wait()))
        return await left_behind(loops, left[-1])

    assert [run(job()) for _ in range(2)] == [2, 2], "itself and its own task"
    assert loops[0] is loops[1]
    assert all(task.cancelled() for task in left)
    loops[0].close()
    assert run(job()) == 2, "a loop that a handler closed is replaced"


def test_context_variables_are_the_jobs_own() -> None:
    async def job(person: str) -> str:
        before = PERSON.get()
        PERSON.set(person)
        return before

    assert [run(job(person)) for person in ("ana", "bob")] == ["nobody", "nobody"]


@pytest.mark.parametrize("ending", ["ignores", "exits"])
def test_a_task_that_does_not_end_takes_neither_the_result_nor_the_next_job(
    loops: list[asyncio.AbstractEventLoop],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    ending: str,
) -> None:
    monkeypatch.setattr(event_loop, "END_SECONDS", 0.01)
    caplog.set_level(logging.WARNING)

    async def stubborn() -> None:
        while True:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                if ending == "exits":
                    raise SystemExit(3) from None

    async def job() -> int:
        return await left_behind(loops, asyncio.create_task(stubborn()))

    assert [run(job()) for _ in range(2)] == [2, 2]
    assert loops[0] is not loops[1]
    told = [record.name for record in caplog.records if record.name == event_loop.__name__]
    assert len(told) == 2, "and it is logged"


def test_what_a_job_raises_is_raised_and_the_loop_stays() -> None:
    async def job() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    async def fails() -> None:
        raise ValueError("no light")

    first = run(job())
    with pytest.raises(ValueError, match="no light"):
        run(fails())
    assert run(job()) is first
    first.close()
