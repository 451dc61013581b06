"""What a handler is, what it gets and what it answers."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genjobs.domain.errors import SettingsError
from genjobs.worker.jobs import Job
from genjobs.worker.notes import MESSAGE_CHARACTERS, Notes, Progress

if TYPE_CHECKING:
    from genjobs.worker.storage import InputAsset, Storage

_FORM = "Use the form package.module:function, and start the worker where Python finds the package."
MOST_CENTS = 2**31 - 1


@dataclass(frozen=True)
class Result:
    """The result that a handler returns for a job that succeeded."""

    cost_cents: int = 0


class JobFailed(Exception):
    """Raised by a handler to set the text of the job's error, or the cost of the failed attempt.

    Whatever a handler raises, the job is retried while attempts are left, unless `is_final` is set. The next
    attempt waits for some seconds, or for `retry_after_seconds` if that is longer, but at most for a day.
    """

    error, cost_cents, is_final, retry_after_seconds = "", 0, False, 0.0
    """For a class derived from this one that does not call `__init__`."""

    def __init__(
        self, error: str, *, cost_cents: int = 0, is_final: bool = False, retry_after_seconds: float = 0.0
    ) -> None:
        super().__init__(error)
        self.error = error
        self.cost_cents = cost_cents
        self.is_final = is_final
        self.retry_after_seconds = retry_after_seconds


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
        line = None if message is None else storable(str(message))[:MESSAGE_CHARACTERS]
        whole = None if percent is None else int(max(0, min(percent, 100)))  # of 0 and NaN, it is 0
        self.notes.tell(Progress(whole, line))

    def record_cost(self, cents: int) -> None:
        """Note what the attempt has cost so far, in whole cents; a later call replaces it.

        The attempt costs at least that, however it ends: also if its process is killed, by the time-out, a
        cancellation or the end of the worker. Only the death of the worker itself loses it. Raises ValueError
        for anything but a whole number of 0 or more.
        """
        self.notes.record_cost(whole_cents(cents))

    def is_stopping(self) -> bool:
        """Whether the worker was told to stop. After its `--grace` the job is handed back and starts anew."""
        return self.notes.is_stopping()

    def is_cancelled(self) -> bool:
        """Whether the job was cancelled or given to another worker.

        The handler's process is killed some seconds later. Its cost is recorded if it returns or raises
        JobFailed before that.
        """
        return self.notes.is_cancelled()

    def input_asset(self) -> InputAsset:
        """The row of the job's input asset, with its prompt. Raises what `Storage.input_asset` raises."""
        return self._storage().input_asset(self.job)

    def download(self) -> bytes:
        """The file of the job's input asset. Raises what `Storage.download` raises."""
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


def whole_cents(given: object) -> int:
    """The cost, if it can be stored. Raises ValueError if it cannot."""
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= MOST_CENTS:
        raise ValueError(f"cost_cents is {repr(given)[:40]}, not a whole number from 0 to {MOST_CENTS}")
    return int(given)


def storable(text: str) -> str:
    """The text without what PostgreSQL cannot store: NUL and lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
