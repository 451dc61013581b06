"""What a handler gets and gives, and how it is run in a child process."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import multiprocessing
import os
import resource
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genjobs.domain.errors import SettingsError
from genjobs.worker.jobs import Job
from genjobs.worker.notes import MESSAGE_CHARACTERS, Notes, Progress

if TYPE_CHECKING:
    from genjobs.worker.storage import Storage

ERROR_CHARACTERS = 1000
"""Of a handler's error so much becomes the job's; the whole traceback stands in the worker's log."""
MOST_CHARACTERS, MOST_CENTS = 100_000, 2**31 - 1


@dataclass(frozen=True)
class Result:
    """What a handler returns for a job that succeeded."""

    cost_cents: int = 0


class JobFailed(Exception):
    """Raised by a handler to choose the words of the job's error, or when the attempt cost something.

    Whatever a handler raises, the job is tried again while attempts are left; `is_final` says that this would
    not help.
    """

    def __init__(self, error: str, *, cost_cents: int = 0, is_final: bool = False) -> None:
        super().__init__(error, cost_cents, is_final)
        self.error = error
        self.cost_cents = cost_cents
        self.is_final = is_final


@dataclass(frozen=True)
class Context:
    """What a handler may ask and tell beside its job."""

    job: Job
    timeout_seconds: float
    notes: Notes
    storage: Storage | None = None

    def progress(self, percent: int | None = None, message: str | None = None) -> None:
        """Show how far the job is: 0 to 100, and a line of text. It appears within some seconds."""
        line = None if message is None else _text(str(message))[:MESSAGE_CHARACTERS]
        self.notes.tell(Progress(None if percent is None else min(max(int(percent), 0), 100), line))

    def is_cancelled(self) -> bool:
        """Whether the job was cancelled or given to another worker.

        The handler's process is ended some seconds later: what it spent is counted if it returns or raises
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
    ) -> str:
        """Write an output and note it in `assets`; its id. Raises what `Storage.upload` raises."""
        return self._storage().upload(self.job, name, data, mime_type, prompt_version, prompt_payload or {})

    def _storage(self) -> Storage:
        if self.storage is None:
            raise SettingsError(
                "Assets need the project's URL and secret key, and this worker has only a database URL.",
                hint="Set SUPABASE_URL and SUPABASE_SECRET_KEY too.",
            )
        return self.storage


Handler = Callable[[Job, Context], Result | Awaitable[Result]]


@dataclass(frozen=True)
class Failure:
    """An attempt that failed: the job's `error`, and for the log the `trace`."""

    error: str
    trace: str
    cost_cents: int = 0
    is_final: bool = False


def load(name: str) -> Handler:
    """The function that `package.module:function` names, looked for in the working directory too.

    Raises SettingsError when there is none, or the module cannot be imported.
    """
    module, _, function = name.partition(":")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(
            f"The handler {name} cannot be loaded: {error}.",
            hint="Name it as package.module:function, and start the worker where Python finds the package.",
        ) from error
    if not callable(found):
        raise SettingsError(f"The handler {name} is not a function.")
    handler: Handler = found
    return handler


def attempt(name: str, context: Context) -> Result | Failure:
    """Run the handler once, in the child. Whatever it raises is caught: the process serves the next job.

    What is returned is made of plain values that can be sent and stored.
    """
    try:
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
        raise ValueError(f"cost_cents is {str(given)[:40]}, not a whole number from 0 to {MOST_CENTS}")
    return int(given)


def _failure(error: BaseException) -> Failure:
    trace = _text("".join(traceback.format_exception(error)))
    if isinstance(error, MemoryError):
        return Failure("The handler needed more memory than it may have.", trace)
    if not isinstance(error, JobFailed):
        last = _text(traceback.format_exception_only(error)[-1].strip())
        return Failure(last[:ERROR_CHARACTERS], trace)
    try:
        cents = _cents(error.cost_cents)
    except ValueError as wrong:
        return Failure(f"ValueError: {wrong}", trace)
    return Failure(_text(str(error.error))[:MOST_CHARACTERS], trace, cents, bool(error.is_final))


def _text(given: str) -> str:
    """Without what PostgreSQL cannot store: NUL, and halves of surrogate pairs."""
    return given.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def begin_child(memory_megabytes: int | None) -> None:
    """Called once in each child: it ends with its worker, and gets no more memory than `memory_megabytes`."""
    if memory_megabytes is not None:
        most = memory_megabytes * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    _watch_parent()


def _watch_parent() -> None:
    """End this process as soon as its worker has gone: its job is somebody else's then."""
    worker = multiprocessing.parent_process()

    def watch() -> None:
        if worker is not None:
            worker.join()
        os._exit(1)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()
