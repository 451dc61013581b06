"""A worker's metrics, and the port that serves them to Prometheus and health checks."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app

from genjobs.domain.errors import SettingsError
from genjobs.domain.queue import QueueHealth
from genjobs.worker.jobs import Answer, Ending, Job

SECONDS = (0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14400)
LONGEST_WAIT = 31 * 86_400.0
"""A longer wait, or one below 0, is not counted: `created_at` is what the person who created the job says."""
SILENT_SECONDS = 60.0
"""A worker is not healthy if its loop has not turned for this long."""
STALE_SECONDS = 60.0
"""Figures of the whole queue that are older are not known any more."""
_FIGURES: tuple[tuple[str, str, Callable[[QueueHealth], float | None]], ...] = (
    ("genjobs_waiting", "Waiting jobs, counted up to 10,001.", lambda health: health.waiting),
    (
        "genjobs_oldest_waiting_seconds",
        "Age of the oldest waiting job.",
        lambda health: health.oldest_waiting_seconds,
    ),
    (
        "genjobs_oldest_transaction_seconds",
        "Age of the oldest transaction: it holds back vacuum.",
        lambda health: health.oldest_transaction_seconds,
    ),
)
"""Gauges of the whole queue: name, description, value."""


@dataclass
class Metrics:
    """Counts of one worker process. Names begin with `genjobs_`. `clock` is in seconds and never set back."""

    clock: Callable[[], float] = time.monotonic
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _started: dict[str, float] = field(default_factory=dict)
    _turned_at: float = 0.0
    _told: tuple[float, QueueHealth] | None = None

    def __post_init__(self) -> None:
        self._turned_at, to = self.clock(), self.registry
        self._claimed = Counter("genjobs_claimed", "Jobs claimed.", registry=to)
        self._ended = Counter(
            "genjobs_ended",
            "Attempts ended, by outcome, and whether another attempt was queued.",
            ["status", "outcome", "retried"],
            registry=to,
        )
        self._lost = Counter("genjobs_leases_lost", "Jobs that were taken from this worker.", registry=to)
        self._running = Gauge("genjobs_running", "Jobs that are running.", registry=to)
        self._waited = Histogram(
            "genjobs_wait_seconds", "Time from queued to started.", buckets=SECONDS, registry=to
        )
        self._took = Histogram(
            "genjobs_run_seconds", "Time from started to ended.", buckets=SECONDS, registry=to
        )
        self._errors = Counter("genjobs_queue_errors", "Calls that the queue did not answer.", registry=to)
        self._answered = Gauge(
            "genjobs_last_answer_timestamp_seconds",
            "When the queue answered last, in Unix time.",
            registry=to,
        )
        for name, told, value in _FIGURES:
            Gauge(name, f"{told} NaN if not known.", registry=to).set_function(partial(self._figure, value))

    def turned(self, running: int) -> None:
        """Note that the loop turned, and how many jobs are running."""
        self._turned_at = self.clock()
        self._running.set(running)

    def claimed(self, jobs: Iterable[Job]) -> None:
        """Count jobs that start."""
        for job in jobs:
            self._claimed.inc()
            self._started[job.id] = self.clock()
            if job.waited_seconds is not None and 0 <= job.waited_seconds <= LONGEST_WAIT:
                self._waited.observe(job.waited_seconds)

    def ended(self, ending: Ending, answer: Answer) -> None:
        """Count an ending that the queue has answered."""
        self._ended.labels(ending.status, answer.outcome, "yes" if answer.retried_as else "no").inc()
        if answer.outcome != "busy" and (since := self._started.pop(ending.job.id, None)) is not None:
            self._took.observe(self.clock() - since)

    def lost(self, job_ids: Iterable[str]) -> None:
        """Count jobs that this worker no longer holds."""
        for job_id in job_ids:
            if job_id in self._started:
                self._lost.inc()
                del self._started[job_id]

    def queue(self, health: QueueHealth) -> None:
        """Note the database's figures of the whole queue, which are known for a minute."""
        self._told = self.clock(), health

    def answered(self) -> None:
        """Note that the queue has answered a call."""
        self._answered.set_to_current_time()

    def unanswered(self) -> None:
        """Count a call that the queue did not answer."""
        self._errors.inc()

    def _figure(self, value: Callable[[QueueHealth], float | None]) -> float:
        told = self._told
        if told is None or self.clock() - told[0] > STALE_SECONDS:
            return math.nan
        return value(told[1]) or 0

    @property
    def is_healthy(self) -> bool:
        """Whether the loop has turned recently."""
        return self.clock() - self._turned_at < SILENT_SECONDS


class _Server(ThreadingMixIn, WSGIServer):
    """A connection that sends nothing keeps neither other requests nor the worker's end waiting."""

    daemon_threads = True
    block_on_close = False


class _Quiet(WSGIRequestHandler):
    timeout = 5

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Requests of a monitor are not logged."""


def serve(metrics: Metrics, port: int) -> Callable[[], None]:
    """Answer `/metrics` and `/healthz` on `port` of every address, from a thread; returns what ends it.

    `/healthz` answers 200, or 503 if the worker's loop is stuck; not if the queue does not answer, because a
    restart would not help. Raises SettingsError if the port is taken.
    """
    exposition: Callable[..., Iterable[bytes]] = make_wsgi_app(metrics.registry)

    def answer(environ: dict[str, object], start: Callable[..., object]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/metrics":
            return exposition(environ, start)
        found = environ["PATH_INFO"] == "/healthz"
        good = HTTPStatus.OK if metrics.is_healthy else HTTPStatus.SERVICE_UNAVAILABLE
        status = good if found else HTTPStatus.NOT_FOUND
        start(f"{status.value} {status.phrase}", [("Content-Type", "text/plain")])
        return [status.phrase.encode()]

    try:
        server = make_server("", port, answer, _Server, _Quiet)
    except OSError as error:
        raise SettingsError(
            f"The port {port} for metrics cannot be used: {error.strerror}.",
            hint="Choose another --metrics-port.",
        ) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server.shutdown
