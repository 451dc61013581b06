"""A handler's input and result, and running it in a child process."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import multiprocessing
import os
import pickle
import resource
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genjobs.domain.errors import ConsoleError, SettingsError
from genjobs.worker.jobs import Job
from genjobs.worker.notes import MESSAGE_CHARACTERS, Notes, Progress

if TYPE_CHECKING:
    from genjobs.worker.storage import Storage

ERROR_CHARACTERS = 1000
"""How much of a handler's error becomes the job's error; the full traceback is in the worker's log."""
_FORM = "Use the form package.module:function, and start the worker where Python finds the package."
MOST_CHARACTERS, MOST_CENTS = 100_000, 2**31 - 1


@dataclass(frozen=True)
class Result:
    """The result that a handler returns for a job that succeeded."""

    cost_cents: int = 0


class JobFailed(Exception):
    """Raised by a handler to set the text of the job's error, or the cost of the failed attempt.

    Whatever a handler raises, the job is retried while attempts are left, unless `is_final` is set.
    """

    error, cost_cents, is_final = "", 0, False
    """For a class derived from this one that does not call `__init__`."""

    def __init__(self, error: str, *, cost_cents: int = 0, is_final: bool = False) -> None:
        super().__init__(error, cost_cents, is_final)
        self.error = error
        self.cost_cents = cost_cents
        self.is_final = is_final


@dataclass(frozen=True)
class Context:
    """What a handler can use beside its job: progress, cancellation, assets."""

    job: Job
    timeout_seconds: float
    notes: Notes
    storage: Storage | None = None

    def progress(self, percent: float | None = None, message: str | None = None) -> None:
        """Report the job's progress: 0 to 100, and a line of text. It appears within some seconds.

        A percent outside 0 to 100 is the nearer end, and NaN is 0.
        """
        line = None if message is None else _text(str(message))[:MESSAGE_CHARACTERS]
        whole = None if percent is None else int(max(0, min(percent, 100)))  # of 0 and NaN, it is 0
        self.notes.tell(Progress(whole, line))

    def is_cancelled(self) -> bool:
        """Whether the job was cancelled or given to another worker.

        The handler's process is killed some seconds later. Its cost is recorded if it returns or raises
        JobFailed before that.
        """
        return self.notes.is_cancelled()

    def download(self) -> bytes:
        """The job's input asset. Raises what `Storage.download` raises."""
        return self._storage().download(self.job)

    def upload(
        self,
        name: str,
        data: bytes,
        *,
        mime_type: str,
        prompt_version: str = "1",
        prompt_payload: Mapping[str, Any] | None = None,
        mode: str | None = None,
    ) -> str:
        """Write an output, register it in `assets` and return its id. Raises what `Storage.upload` raises.

        A job may have any mode, an asset only main_white, lifestyle, feature_callout or packaging: for other
        jobs pass `mode`.
        """
        payload = prompt_payload or {}
        return self._storage().upload(self.job, name, data, mime_type, prompt_version, payload, mode)

    def _storage(self) -> Storage:
        if self.storage is None:
            raise SettingsError(
                "Assets need the project's URL and secret key, but this worker has only a database URL.",
                hint="Set SUPABASE_URL, SUPABASE_KEY and SUPABASE_SECRET_KEY too.",
            )
        return self.storage


Handler = Callable[[Job, Context], Result | Awaitable[Result]]


@dataclass(frozen=True)
class Failure:
    """An attempt that failed: the job's `error`, and for the log the `trace`, empty for JobFailed."""

    error: str
    trace: str
    cost_cents: int = 0
    is_final: bool = False


def load(name: str) -> Handler:
    """Import the function named by `package.module:function`, also from the working directory.

    Raises SettingsError if it does not exist or the module cannot be imported.
    """
    module, _, function = name.partition(":")
    if not (module and function):
        raise SettingsError(
            f"The handler {name!r} does not name a module and, after a colon, a function.", hint=_FORM
        )
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    found = _imported(module, function)
    if found is None:
        raise SettingsError(f"The module {module} has no function {function}.", hint=_FORM)
    if not callable(found):
        raise SettingsError(f"The handler {name} is not a function.")
    handler: Handler = found
    return handler


def _imported(name: str, function: str) -> object:
    """The function of that module, or None."""
    try:
        return getattr(importlib.import_module(name), function, None)
    except Exception as error:  # whatever the module does while it is imported
        is_missing = isinstance(error, ModuleNotFoundError) and f"{name}.".startswith(f"{error.name}.")
        raise SettingsError(
            f"The module {name} cannot be imported: {type(error).__name__}: {error}.",
            hint=_FORM if is_missing else f"To see where: python -c 'import {name}'",
        ) from error


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
        given = load(name)(context.job, context)
        result = asyncio.run(_awaited(given)) if inspect.isawaitable(given) else given
        if not isinstance(result, Result):
            raise TypeError(f"the handler returned {type(result).__name__}, not a Result")
        return Result(_cents(result.cost_cents))
    except BaseException as error:  # noqa: BLE001 - a handler may raise anything
        return _failure(error)


async def _awaited(given: Awaitable[Result]) -> Result:
    return await given


def _cents(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST_CENTS:
        raise ValueError(f"cost_cents is {repr(given)[:40]}, not a whole number from 0 to {MOST_CENTS}")
    return int(given)


def _failure(error: BaseException) -> Failure:
    trace = _text(_shortened("".join(traceback.format_exception(error))))
    if isinstance(error, MemoryError):
        return Failure("The handler exceeded its memory limit.", trace)
    if not isinstance(error, JobFailed):
        return Failure(_text(_last_line(error))[:ERROR_CHARACTERS], trace)
    said = str(error.error) or "The handler raised JobFailed without a text."
    try:
        cents = _cents(error.cost_cents)
    except ValueError as wrong:
        cents, said = 0, f"{said} (its cost is not counted: {wrong})"
    return Failure(_text(said)[:MOST_CHARACTERS], "", cents, bool(error.is_final))


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


def _text(given: str) -> str:
    """The text without what PostgreSQL cannot store: NUL and lone surrogates."""
    return given.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def begin_child(memory_megabytes: int | None) -> None:
    """Called once in each child: makes it end with its worker, and limits its memory."""
    if memory_megabytes is not None:
        most = memory_megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    _watch_parent()


def _watch_parent() -> None:
    """End this process as soon as its worker is gone, because another worker will get its job."""
    worker = multiprocessing.parent_process()

    def watch() -> None:
        if worker is not None:
            worker.join()
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
