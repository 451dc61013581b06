"""Runs a handler in a child process, and says how that ended."""

from __future__ import annotations

import inspect
import math
import multiprocessing
import os
import pickle
import resource
import signal
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from genjobs.domain.errors import ConsoleError
from genjobs.worker import event_loop, logs
from genjobs.worker.handling import MOST_CENTS, Context, JobFailed, Result, load, storable, whole_cents

ERROR_CHARACTERS = 1000
"""How much of a handler's error becomes the job's error; the full traceback is in the worker's log."""
MOST_CHARACTERS = 100_000
MOST_WAIT_SECONDS = 86_400
_log_format: logs.LogFormat | None = None


@dataclass(frozen=True)
class Failure:
    """An attempt that failed: the job's `error`, and for the log the `trace`, empty for JobFailed."""

    error: str
    trace: str
    cost_cents: int = 0
    is_final: bool = False
    retry_seconds: int = 0


def attempt(name: str, packed: bytes) -> Result | Failure:
    """Run the handler once, in the child. All exceptions are caught, so that the process can do the next job.

    `packed` is the pickled Context. It is unpacked here, with what it imports, because pebble unpacks
    arguments under a lock that all children share: one that dies then blocks them for ever.
    The result contains only plain values that can be sent and stored. A process that the handler forked, and
    that comes out of it too, ends here: it must neither answer for the job nor take the next one.
    """
    own_pid = os.getpid()
    try:
        return _attempt(name, packed)
    finally:
        if os.getpid() != own_pid:
            os._exit(1)


def _attempt(name: str, packed: bytes) -> Result | Failure:
    try:
        context: Context = pickle.loads(packed)  # noqa: S301 - from this worker
        logs.name_job(context.job.id)
        handler = load(name)
        if _log_format is not None:  # unless its module has set up logging itself
            logs.set_up_logs(_log_format)
        given = handler(context.job, context)
        result = event_loop.run(given) if inspect.isawaitable(given) else given
    except BaseException as error:  # noqa: BLE001 - a handler may raise anything
        return _failure(error)
    return _usable(result)


def _usable(result: object) -> Result | Failure:
    """Another attempt would be paid for, too, and end alike: what cannot be used is final."""
    if not isinstance(result, Result):
        return Failure(f"The handler returned {type(result).__name__}, not a Result.", "", is_final=True)
    try:
        return Result(whole_cents(result.cost_cents))
    except ValueError as wrong:
        return Failure(f"The handler's result cannot be used: {wrong}.", "", is_final=True)


def _failure(error: BaseException) -> Failure:
    trace = storable(_shortened("".join(traceback.format_exception(error))))
    if isinstance(error, MemoryError):
        return Failure("The handler exceeded its memory limit.", trace)
    declared = _declared(error)
    if not declared:
        return Failure(storable(_last_line(error))[:ERROR_CHARACTERS], trace)
    told = [_declared_failure(one) for one in declared]
    return Failure(
        "; ".join(dict.fromkeys(one.error for one in told))[:MOST_CHARACTERS],
        "" if isinstance(error, JobFailed) else trace,
        min(sum(one.cost_cents for one in told), MOST_CENTS),
        any(one.is_final for one in told),
        max(one.retry_seconds for one in told),
    )


def _declared(error: BaseException) -> list[JobFailed]:
    """The error, or those that a group of tasks has collected."""
    if isinstance(error, BaseExceptionGroup):
        return [one for inner in error.exceptions for one in _declared(inner)]
    return [error] if isinstance(error, JobFailed) else []


def _declared_failure(error: JobFailed) -> Failure:
    said = str(error.error) or "The handler raised JobFailed without a text."
    try:
        cents = whole_cents(error.cost_cents)
    except ValueError as wrong:
        cents, said = 0, f"{said} (its cost is not counted: {wrong})"
    wait = 0
    try:
        wait = _seconds(error.retry_after_seconds)
    except (TypeError, ValueError):
        said = f"{said} (its wait is not used: retry_after_seconds is {repr(error.retry_after_seconds)[:40]})"
    return Failure(storable(said)[:MOST_CHARACTERS], "", cents, bool(error.is_final), wait)


def _seconds(given: Any) -> int:
    """Whole seconds of at most a day, also of a header's text. Raises TypeError or ValueError for no such."""
    seconds = float(0 if given is None else given)
    if isinstance(given, bool) or not seconds >= 0:  # also NaN
        raise ValueError(given)
    return math.ceil(min(seconds, MOST_WAIT_SECONDS))


def _last_line(error: BaseException) -> str:
    """The exception as a traceback ends with it; notes that were added to it, or a hint, follow."""
    told = traceback.TracebackException(type(error), error, None)
    notes, told.__notes__ = told.__notes__ or [], None
    *_, last = told.format_exception_only()
    hints = [error.hint] if isinstance(error, ConsoleError) and error.hint else []
    return " ".join([last.strip().removeprefix("genjobs.domain.errors."), *hints, *map(str, notes)])


def _shortened(trace: str) -> str:
    """Both ends of a trace that is too long for a log."""
    if len(trace) <= MOST_CHARACTERS:
        return trace
    return f"{trace[: MOST_CHARACTERS // 2]}\n…\n{trace[-MOST_CHARACTERS // 2 :]}"


def begin_child(memory_megabytes: int | None, log_format: logs.LogFormat | None) -> None:
    """Called once in each child: makes it end with its worker, and limits its memory.

    Only the worker ends it: a SIGTERM to all processes of a service leaves a job its grace. What a handler
    starts, a program or a fork, ends by that signal as usual.
    """
    global _log_format
    _log_format = log_format
    signal.signal(signal.SIGTERM, _ended_by_worker_alone(os.getpid()))
    if memory_megabytes is not None:
        most = memory_megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    _watch_parent()


def _ended_by_worker_alone(own_pid: int) -> Callable[[int, FrameType | None], None]:
    def pass_over(number: int, _: FrameType | None) -> None:
        if os.getpid() != own_pid:  # a fork has inherited it
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    return pass_over


def _watch_parent() -> None:
    """End this process as soon as its worker is gone, because another worker will get its job."""
    worker = multiprocessing.parent_process()

    def watch() -> None:
        if worker is not None:
            worker.join()
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
