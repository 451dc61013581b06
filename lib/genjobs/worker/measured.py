"""A queue whose answers are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from genjobs.domain.errors import Unavailable
from genjobs.domain.queue import QueueHealth
from genjobs.worker.jobs import Answer, Ending, Job
from genjobs.worker.notes import Progress

if TYPE_CHECKING:
    from genjobs.worker.interfaces import Queue
    from genjobs.worker.metrics import Metrics


class MeasuredQueue:
    """Asks `queue`, and tells `metrics` of each answer and of each call that raised Unavailable."""

    def __init__(self, queue: Queue, metrics: Metrics) -> None:
        self._queue = queue
        self._metrics = metrics

    def claim(self, worker_id: str, limit: int, lease_seconds: int, modes: Sequence[str] | None) -> list[Job]:
        """As the queue's."""
        with self._counted():
            return self._queue.claim(worker_id, limit, lease_seconds, modes)

    def finish(self, endings: Sequence[Ending]) -> list[Answer]:
        """As the queue's."""
        with self._counted():
            return self._queue.finish(endings)

    def heartbeat(
        self, worker_id: str, lease_seconds: int, held: Sequence[Job], progress: Mapping[str, Progress]
    ) -> set[str]:
        """As the queue's."""
        with self._counted():
            return self._queue.heartbeat(worker_id, lease_seconds, held, progress)

    def health(self) -> QueueHealth:
        """As the queue's."""
        with self._counted():
            return self._queue.health()

    def wait(self, seconds: float) -> bool:
        """As the queue's; nothing is asked of the server."""
        return self._queue.wait(seconds)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        try:
            yield
        except Unavailable:
            self._metrics.unanswered()
            raise
        self._metrics.answered()
