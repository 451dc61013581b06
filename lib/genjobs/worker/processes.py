"""Child processes that run the handler: one that hangs, dies or times out affects only its own job."""

from __future__ import annotations

import logging
import pickle
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from pebble import ProcessExpired

from genjobs.domain.errors import UnexpectedError
from genjobs.worker.child import Failure, attempt
from genjobs.worker.child_pool import child_pool
from genjobs.worker.handling import Context, Result
from genjobs.worker.jobs import Ending, Job
from genjobs.worker.logs import LogFormat
from genjobs.worker.notes import Notes, Progress
from genjobs.worker.storage import Storage

CANCEL_SECONDS = 2.0
"""How long a handler whose job was cancelled may still return its cost."""
TAKE_SECONDS = 120.0
"""How long it may take, on a busy machine, until a child has taken a job: each job has a free child."""
CANCELLED = "The handler was cancelled."
log = logging.getLogger(__name__)


@dataclass
class _Run:
    context: Context
    shown: Progress = field(default_factory=Progress)
    kill_at: float | None = None
    scheduled_at: float = field(default_factory=time.monotonic)

    @property
    def job(self) -> Job:
        return self.context.job


class Handlers:
    """Runs the handler `name` for up to `concurrency` jobs at once.

    Each takes at most `timeout_seconds`, or its job's own time-out, and at most `memory_megabytes` if given.
    With a `log_format`, what handlers log is written in it, with the job's id.
    """

    def __init__(
        self,
        name: str,
        concurrency: int,
        timeout_seconds: float,
        memory_megabytes: int | None = None,
        storage: Storage | None = None,
        log_format: LogFormat | None = None,
    ) -> None:
        self._name, self._timeout_seconds, self._storage = name, timeout_seconds, storage
        self.concurrency = concurrency
        self._notes = tempfile.TemporaryDirectory(prefix="genjobs-worker-")
        self._pool = child_pool(concurrency, memory_megabytes, log_format)
        self._running: dict[Future[Result | Failure], _Run] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
        self._notes.cleanup()

    @property
    def held(self) -> list[Job]:
        """The jobs whose handlers have not ended."""
        return [run.job for run in self._running.values()]

    def start(self, job: Job) -> None:
        """Run the handler for `job` in a child. Raises RuntimeError if no child process lives."""
        seconds = float(job.timeout_seconds or self._timeout_seconds)
        context = Context(job, seconds, Notes(Path(self._notes.name), job.id), self._storage)
        packed = pickle.dumps(context)
        future = self._pool.schedule(attempt, args=[self._name, packed], timeout=seconds)
        self._running[future] = _Run(context)

    def progress(self) -> dict[str, Progress]:
        """Progress by job id that handlers have reported since the last call."""
        changed = {}
        for run in self._running.values():
            told = run.context.notes.told()
            if told != run.shown:
                run.shown = changed[run.job.id] = told
        return changed

    def cancel(self, job_ids: set[str]) -> None:
        """Ask the handlers of these jobs to end; those that do not are soon killed, without an ending."""
        for run in self._running.values():
            if run.job.id in job_ids and run.kill_at is None:
                run.kill_at = time.monotonic() + CANCEL_SECONDS
                run.context.notes.cancel()

    def note_stop(self) -> None:
        """Tell the handlers that the worker was told to stop."""
        for run in self._running.values():
            run.context.notes.stop()

    def stop(self, job_ids: set[str]) -> dict[str, int]:
        """Kill the child processes of these jobs; returns by job id what the handlers noted as their cost."""
        cents = {}
        for future, run in list(self._running.items()):
            if run.job.id in job_ids:
                cents[run.job.id] = run.context.notes.cost()
                self._forget(future)
                future.cancel()
        return cents

    def ended(self, seconds: float) -> list[Ending]:
        """The endings of handlers that have ended; waits up to `seconds` for the first.

        Raises UnexpectedError if no child takes a job: then the children block each other.
        """
        done, waiting = wait(self._running, timeout=seconds, return_when="FIRST_COMPLETED")
        if not done:
            self._refuse_untaken(waiting)
        return [*map(self._ending, done), *self._overdue()]

    def _overdue(self) -> list[Ending]:
        """Kill handlers of cancelled jobs that go on; of those, the queue only counts the cost."""
        now = time.monotonic()
        late = {run.job.id: run.job for run in self._running.values() if run.kill_at and run.kill_at <= now}
        cents = self.stop(set(late))
        return [Ending(late[job_id], "failed", spent, CANCELLED) for job_id, spent in cents.items() if spent]

    def _refuse_untaken(self, waiting: Iterable[Future[Result | Failure]]) -> None:
        for future in waiting:
            run = self._running[future]
            if not future.running() and time.monotonic() - run.scheduled_at > TAKE_SECONDS:
                raise UnexpectedError(
                    f"No process takes the job {run.job.id}: one that was killed blocks the others.",
                    hint="Start the worker again. Its log, or the system's, may say what killed the process.",
                )

    def _forget(self, future: Future[Result | Failure]) -> _Run:
        run = self._running.pop(future)
        run.context.notes.clear()
        return run

    def _ending(self, future: Future[Result | Failure]) -> Ending:
        """It costs at least what the handler noted."""
        noted = self._running[future].context.notes.cost()
        ending = self._judged(self._forget(future), future)
        return replace(ending, cost_cents=max(ending.cost_cents, noted))

    def _judged(self, run: _Run, future: Future[Result | Failure]) -> Ending:
        job = run.job
        try:
            outcome = future.result()
        except TimeoutError:
            return Ending(
                job, "failed", 0, f"The handler took longer than {run.context.timeout_seconds:g} s."
            )
        except ProcessExpired as expired:
            return Ending(job, "failed", 0, f"The handler's process ended with exit code {expired.exitcode}.")
        except CancelledError:
            return Ending(job, "failed", 0, CANCELLED)
        except Exception as error:
            log.exception("The result of job %s did not reach the worker.", job.id)
            return Ending(job, "failed", 0, f"The handler's result did not arrive: {type(error).__name__}.")
        if isinstance(outcome, Failure):
            if outcome.trace:
                log.warning("Job %s failed:\n%s", job.id, outcome.trace)
            return Ending(
                job, "failed", outcome.cost_cents, outcome.error, outcome.is_final, outcome.retry_seconds
            )
        return Ending(job, "succeeded", outcome.cost_cents)
