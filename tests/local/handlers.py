"""Handlers of all kinds, for a real worker."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import sys
import time
from pathlib import Path

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


class _Unspeakable:
    """An error without words."""

    def __str__(self) -> str:
        raise ValueError


def _forks(job: Job, context: Context) -> Result:
    """The forked process comes out of the handler first."""
    if (child := os.fork()) == 0:
        raise JobFailed(_Unspeakable())  # type: ignore[arg-type]
    os.waitpid(child, 0)
    return Result(cost_cents=2)


def _hangs(job: Job, context: Context) -> Result:
    if begun := os.environ.get("HANDLER_BEGUN"):
        Path(begun).touch()
    while True:
        time.sleep(60)


def _fraction(job: Job, context: Context) -> Result:
    return Result(cost_cents=1.5)  # type: ignore[arg-type]


def _unstorable(job: Job, context: Context) -> Result:
    raise JobFailed("a\0b\ud800", is_final=True)


def _interrupts(job: Job, context: Context) -> Result:
    raise KeyboardInterrupt


def _nothing(job: Job, context: Context) -> Result:
    return None  # type: ignore[return-value]


def _tells(job: Job, context: Context) -> Result:
    """Says how far it is, and waits until the queue has heard it."""
    logging.getLogger("own").info("upscaling")
    context.progress(250, "Upscaling\0")
    path = Path(os.environ["HANDLER_HEARD"])
    while not path.exists():
        time.sleep(0.02)
    return Result(cost_cents=1)


def _heeds(job: Job, context: Context) -> Result:
    """Stops when its job is cancelled, and tells what it spent."""
    Path(os.environ["HANDLER_BEGUN"]).touch()
    while not context.is_cancelled():
        time.sleep(0.02)
    raise JobFailed("Stopped.", cost_cents=3)


def _swells(job: Job, context: Context) -> Result:
    return Result(cost_cents=len(bytearray(2**31)))


def _takes_its_time(job: Job, context: Context) -> Result:
    raise JobFailed(f"{context.timeout_seconds:g} s, attempt {job.attempt}", is_final=True)


def _chatters(job: Job, context: Context) -> Result:
    for _ in range(100_000):
        sys.stdout.write("x" * 100)
    return Result()


def _notes(job: Job, context: Context) -> Result:
    """Notes what it spent, and ends as the input asset says."""
    context.record_cost(2)
    context.record_cost(4)
    if job.input_asset_id == "dies":
        os._exit(3)
    if job.input_asset_id == "raises":
        raise ValueError("no light")
    if job.input_asset_id == "fails":
        raise JobFailed("No.", cost_cents=5)
    if job.input_asset_id == "cheap":
        return Result(cost_cents=1)
    context.progress(50)
    while not context.is_stopping():
        time.sleep(0.02)
    return _hangs(job, context) if job.input_asset_id == "hangs" else Result(cost_cents=9)


def _terminates(job: Job, context: Context) -> Result:
    """Ends a process that it has forked, as a pool does; costs the number of the signal."""
    forked = multiprocessing.get_context("fork").Process(target=time.sleep, args=[600])
    forked.start()
    forked.terminate()
    forked.join(20)
    return Result(cost_cents=-(forked.exitcode or 0))


KINDS = {
    "terminates": _terminates,
    "notes": _notes,
    "succeeds": _succeeds,
    "raises": _raises,
    "fails": _fails,
    "exits": _exits,
    "dies": _dies,
    "forks": _forks,
    "hangs": _hangs,
    "nothing": _nothing,
    "fraction": _fraction,
    "unstorable": _unstorable,
    "interrupts": _interrupts,
    "chatters": _chatters,
    "tells": _tells,
    "heeds": _heeds,
    "swells": _swells,
    "own time": _takes_its_time,
}
