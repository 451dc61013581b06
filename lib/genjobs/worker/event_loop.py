"""The event loop of a child process: all its async jobs share it, as do clients that a module keeps."""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable
from typing import TypeVar

from genjobs.domain.counting import counted

END_SECONDS = 2.0
"""How long what a job has left behind may take to end."""
log = logging.getLogger(__name__)
Value = TypeVar("Value")
_runner: asyncio.Runner | None = None


def run(given: Awaitable[Value]) -> Value:
    """The awaited value, or what it raises. Each job has context variables of its own.

    Tasks that it has left behind are cancelled. If some do not end, the next job gets another loop.
    """
    global _runner
    if _runner is None or _runner.get_loop().is_closed():
        _runner = asyncio.Runner()
    runner = _runner
    try:
        return runner.run(_coroutine(given), context=contextvars.copy_context())
    finally:
        if not _is_left_clean(runner.get_loop()):
            _runner = None


async def _coroutine(given: Awaitable[Value]) -> Value:
    return await given


def _is_left_clean(loop: asyncio.AbstractEventLoop) -> bool:
    left = set() if loop.is_closed() else asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if not left:
        return not loop.is_closed()
    try:
        _, stubborn = loop.run_until_complete(asyncio.wait(left, timeout=END_SECONDS))
    except BaseException:
        log.exception("A task that the handler left behind failed when it was cancelled.")
        return False
    if stubborn:
        log.warning(
            "%s that the handler left behind did not end when cancelled.", counted(len(stubborn), "task")
        )
    return not stubborn
