"""Handlers of all kinds, for a real worker."""

from __future__ import annotations

import asyncio
import os
import sys
import time

from genjobs.worker import Context, Job, JobFailed, Result


def by_mode(job: Job, context: Context) -> Result:
    """What `job.mode` names."""
    return KINDS[job.mode](job, context)


async def asynchronous(job: Job, context: Context) -> Result:
    await asyncio.sleep(0)
    return Result(cost_cents=int(context.timeout_seconds))


def _succeeds(job: Job, context: Context) -> Result:
    return Result(cost_cents=7)


def _raises(job: Job, context: Context) -> Result:
    raise ValueError("no light in the picture")


def _fails(job: Job, context: Context) -> Result:
    raise JobFailed("The provider refused.", cost_cents=2)


def _exits(job: Job, context: Context) -> Result:
    sys.exit("enough")


def _dies(job: Job, context: Context) -> Result:
    os._exit(3)


def _hangs(job: Job, context: Context) -> Result:
    while True:
        time.sleep(60)


def _nothing(job: Job, context: Context) -> Result:
    return None  # type: ignore[return-value]


def _chatters(job: Job, context: Context) -> Result:
    for _ in range(100_000):
        sys.stdout.write("x" * 100)
    return Result()


KINDS = {
    "succeeds": _succeeds,
    "raises": _raises,
    "fails": _fails,
    "exits": _exits,
    "dies": _dies,
    "hangs": _hangs,
    "nothing": _nothing,
    "chatters": _chatters,
}
