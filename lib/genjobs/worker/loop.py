"""The worker's loop: claim jobs that can start at once, finish those that are done, send heartbeats."""

from __future__ import annotations

import contextlib
import logging
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from genjobs.domain.counting import counted
from genjobs.domain.errors import ConsoleError, InvalidInput, Unavailable
from genjobs.worker.interfaces import Measuring, Queue, Running
from genjobs.worker.jobs import Answer, Ending, Job
from genjobs.worker.results import log_result

IDLE_SECONDS = (1.05, 1.45)
"""How long a worker that found no job waits before it asks again: less than one request per second."""
EMPTY_CLAIM_SECONDS = 0.1
"""How long a worker that found no job waits after a notification: the new jobs may not be for it."""
BEAT_SECONDS = 2.0
"""How often at least a worker that holds jobs reports progress and learns of cancelled ones."""
HEALTH_SECONDS = 15.0
AGAIN_SECONDS, MOST_SECONDS = 0.5, 30.0
SLICE_SECONDS = 0.2
LAST_LEASE_SECONDS = 5
"""The shortest lease there is: an ended worker is counted as alive for no longer."""
REPORT_SECONDS = 10.0
"""How long a stopping worker tries to report the results of its jobs."""
BATCH = 100
STOPPED = "The worker was stopped before the job was done."
NOT_STARTED = "The worker could not start the job's handler."
log = logging.getLogger(__name__)


@dataclass
class Worker:
    """One worker process. `run` returns after `stop`, or with `once` when no job is left.

    `place` names the queue in the log.
    """

    queue: Queue
    handlers: Running
    modes: Sequence[str] | None = None
    lease_seconds: int = 60
    grace_seconds: float = 30.0
    once: bool = False
    metrics: Measuring | None = None
    place: str = "the queue"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    _stopping: bool = False
    _at_once: bool = False
    _is_ready: bool = False
    _endings: list[Ending] = field(default_factory=list)
    _failures: int = 0
    _ask_at: float = 0.0
    _asked_at: float = 0.0
    _beat_at: float = 0.0
    _health_at: float = 0.0
    _quiet_until: float = 0.0
    _dry: bool = False

    def stop(self) -> None:
        """Stop claiming, and end when the held jobs are done; called again, end at once.

        Signals call it, in the middle of anything: it takes no lock.
        """
        self._at_once = self._stopping
        self._stopping = True

    def run(self) -> None:
        """Work until stopped. Raises the queue's errors, except Unavailable, after which it tries again.

        However it ends, jobs that are still running are handed back.
        """
        try:
            while not self._stopping and not (self.once and self._dry and not self._is_busy()):
                self._turn(claims=True)
            if self._stopping:
                self._tell_of_stop()
            deadline = time.monotonic() + self.grace_seconds
            while self.handlers.held and time.monotonic() < deadline and not self._at_once:
                self._turn(claims=False)
        finally:
            self._leave()

    def _tell_of_stop(self) -> None:
        """Not in `stop`, because logging takes locks."""
        self.handlers.note_stop()
        left = len(self.handlers.held)
        wait = (
            f"{counted(left, 'running job')} may take {self.grace_seconds:g} s more" if left else "none runs"
        )
        log.info("Stopping: no more jobs are claimed; %s.", wait)

    def _leave(self) -> None:
        left = self.handlers.held
        cents = self.handlers.stop({job.id for job in left})
        self._endings += [Ending(job, "handed_back", cents.get(job.id, 0), STOPPED) for job in left]
        if self._endings:  # the pause after an outage may be longer than what is left
            self._quiet_until = self._failures = 0
        deadline = time.monotonic() + REPORT_SECONDS
        while self._endings and time.monotonic() < deadline:
            self._turn(claims=False)
        if self._endings:
            lost = counted(len(self._endings), "result")
            log.error("%s could not be reported; another worker takes over when the lease expires.", lost)
        self._say_goodbye()

    def _say_goodbye(self) -> None:
        """So that nobody counts on this worker any longer.

        A queue that is away is not waited for. Jobs whose results could not be reported keep their leases:
        they would be handed back at once.
        """
        if not self._failures and not self._endings:
            with contextlib.suppress(ConsoleError):
                self.queue.heartbeat(self.id, LAST_LEASE_SECONDS, [], {})

    def _is_busy(self) -> bool:
        return bool(self.handlers.held or self._endings)

    def _turn(self, *, claims: bool) -> None:
        """Endings come first, so that a later failure cannot delay them."""
        if self.metrics:
            self.metrics.turned(len(self.handlers.held))
        if time.monotonic() >= self._quiet_until:
            try:
                self._report()
                self._measure()
                if claims:
                    self._claim()
                    self._tell_of_answer()
                self._failures = 0
            except Unavailable as error:
                self._wait_out(error)
        self._collect()

    def _tell_of_answer(self) -> None:
        """A call that had failed was made again, unless it was a claim and the worker claims no more."""
        if not self._is_ready:
            self._is_ready = True
            log.info("Worker %s is ready for jobs of %s.", self.id, self.place)
        elif self._failures:
            log.info("The queue answers again.")

    def _report(self) -> None:
        """Send a heartbeat even if the results cannot be sent: the leases of the other jobs must hold."""
        try:
            self._finish()
        finally:
            self._beat()

    def _collect(self) -> None:
        seconds = 0.0
        if self.handlers.held:
            self._endings += self.handlers.ended(SLICE_SECONDS)
        else:
            due = max(self._quiet_until, 0 if self._endings else self._ask_at)
            seconds = min(SLICE_SECONDS, max(due - time.monotonic(), 0))
        if self.queue.wait(seconds):
            self._ask_at = self._asked_at + EMPTY_CLAIM_SECONDS if self._dry else 0.0

    def _beat(self) -> None:
        """Also while nothing is held: this gives back jobs of a claim whose answer was lost."""
        now = time.monotonic()
        if now < self._beat_at:
            return
        held = [*self.handlers.held, *(ending.job for ending in self._endings)]
        lost = self.queue.heartbeat(self.id, self.lease_seconds, held, self.handlers.progress())
        often = min(BEAT_SECONDS, self.lease_seconds / 3)
        self._beat_at = now + (often if held else self.lease_seconds / 3)
        if lost:
            self._lose(lost)

    def _lose(self, job_ids: set[str]) -> None:
        told = ", ".join(sorted(job_ids))
        log.warning("Cancelled or moved by somebody, or given to another worker; stopping: %s", told)
        self.handlers.cancel(job_ids)
        if self.metrics:
            self.metrics.lost(job_ids)

    def _measure(self) -> None:
        if self.metrics and time.monotonic() >= self._health_at:
            self.metrics.queue(self.queue.health())
            self._health_at = time.monotonic() + HEALTH_SECONDS

    def _claim(self) -> None:
        free = self.handlers.concurrency - len(self.handlers.held)
        if free < 1 or time.monotonic() < self._ask_at:
            return
        wanted = min(free, BATCH)
        jobs = self.queue.claim(self.id, wanted, self.lease_seconds, self.modes)
        self._asked_at, self._dry = time.monotonic(), not jobs
        if len(jobs) < wanted:
            self._ask_at = time.monotonic() + random.uniform(*IDLE_SECONDS)  # noqa: S311 - no secret
        self._start(jobs)
        if jobs:
            self._beat_at = min(self._beat_at, time.monotonic() + BEAT_SECONDS)
        if self.metrics:
            self.metrics.claimed(jobs)

    def _start(self, jobs: Sequence[Job]) -> None:
        for number, job in enumerate(jobs):
            try:
                self.handlers.start(job)
            except Exception:
                self._endings += [Ending(one, "handed_back", error=NOT_STARTED) for one in jobs[number:]]
                raise

    def _finish(self) -> None:
        """Send each ending once; busy and refused ones are sent again in the next turn."""
        batches = [self._endings[at : at + BATCH] for at in range(0, len(self._endings), BATCH)]
        for batch in batches:
            answers = self._sent(batch)
            self._endings = self._endings[len(batch) :]
            for ending, answer in zip(batch, answers, strict=True):
                self._note(ending, answer)

    def _sent(self, batch: Sequence[Ending]) -> list[Answer]:
        try:
            return self.queue.finish(batch)
        except InvalidInput as error:
            if len(batch) == 1:
                return [Answer("refused", error.message)]
            return [answer for ending in batch for answer in self._sent([ending])]

    def _note(self, ending: Ending, answer: Answer) -> None:
        log_result(ending, answer)
        if self.metrics:
            self.metrics.ended(ending, answer)
        if answer.outcome == "busy":
            self._endings.append(ending)
            self._quiet_until = time.monotonic() + SLICE_SECONDS
        elif answer.outcome == "refused" and (not ending.is_final or ending.cost_cents):
            reason = f"The result was refused: {answer.reason}"
            cents = 0 if ending.is_final else ending.cost_cents  # then the cost may be what was refused
            self._endings.append(
                replace(ending, status="failed", cost_cents=cents, error=reason, is_final=True)
            )

    def _wait_out(self, error: Unavailable) -> None:
        most = min(MOST_SECONDS, AGAIN_SECONDS * 2**self._failures)
        self._failures = min(self._failures + 1, 10)
        self._quiet_until = time.monotonic() + random.uniform(0, most)  # noqa: S311 - no secret
        log.warning("%s Trying again within %.1f s.", error.message, most)
