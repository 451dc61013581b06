"""Child processes that run the handler: one that hangs, dies or eats its time costs its own job alone."""

from __future__ import annotations

import logging
import multiprocessing
from concurrent.futures import CancelledError, Future, wait
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from genjobs.worker.handling import Context, Failure, Result, attempt, watch_parent
from genjobs.worker.jobs import Ending, Job

log = logging.getLogger(__name__)


class Handlers:
    """Runs the handler `name` for up to `concurrency` jobs at once, each `timeout_seconds` at most."""

    def __init__(self, name: str, concurrency: int, timeout_seconds: float) -> None:
        self._name, self._context = name, Context(timeout_seconds)
        self.concurrency = concurrency
        children = multiprocessing.get_context("forkserver")  # it imports once, and has no threads to fork
        children.set_forkserver_preload(["__main__", "genjobs.worker.handling"])
        self._pool = ProcessPool(max_workers=concurrency, initializer=watch_parent, context=children)
        self._running: dict[Future[Result | Failure], Job] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    @property
    def held(self) -> list[Job]:
        """The jobs whose handler has not ended."""
        return list(self._running.values())

    def start(self, job: Job) -> None:
        """Run the handler for `job` in a child."""
        seconds = self._context.timeout_seconds
        future = self._pool.schedule(attempt, args=[self._name, job, self._context], timeout=seconds)
        self._running[future] = job

    def stop(self, job_ids: set[str]) -> None:
        """Kill the children of these jobs; they end without an ending."""
        for future, job in list(self._running.items()):
            if job.id in job_ids:
                del self._running[future]
                future.cancel()

    def ended(self, seconds: float) -> list[Ending]:
        """What has ended, waited for up to `seconds` where nothing has."""
        done, _ = wait(self._running, timeout=seconds, return_when="FIRST_COMPLETED")
        return [self._ending(future) for future in done]

    def _ending(self, future: Future[Result | Failure]) -> Ending:
        job = self._running.pop(future)
        try:
            outcome = future.result()
        except TimeoutError:
            return Ending(
                job, "failed", error=f"The handler took longer than {self._context.timeout_seconds:g} s."
            )
        except ProcessExpired as expired:
            return Ending(
                job, "failed", error=f"The handler's process ended with exit code {expired.exitcode}."
            )
        except CancelledError:
            return Ending(job, "failed", error="The handler was cancelled.")
        except Exception as error:
            log.exception("What became of job %s did not reach the worker.", job.id)
            return Ending(
                job, "failed", error=f"The handler's result did not arrive: {type(error).__name__}."
            )
        if isinstance(outcome, Failure):
            log.warning("Job %s failed:\n%s", job.id, outcome.trace)
            return Ending(job, "failed", outcome.cost_cents, outcome.error, outcome.is_final)
        return Ending(job, "succeeded", outcome.cost_cents)
