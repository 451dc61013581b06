"""What the worker's loop needs of the queue, the handlers and the metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from genjobs.domain.queue import QueueHealth
from genjobs.worker.jobs import Answer, Ending, Job
from genjobs.worker.notes import Progress


class Queue(Protocol):
    """Where jobs come from: see `genjobs.worker.api.ApiQueue`."""

    def claim(
        self, worker_id: str, limit: int, lease_seconds: int, modes: Sequence[str] | None
    ) -> list[Job]: ...

    def finish(self, endings: Sequence[Ending]) -> list[Answer]: ...

    def heartbeat(
        self, worker_id: str, lease_seconds: int, held: Sequence[Job], progress: Mapping[str, Progress]
    ) -> set[str]: ...

    def health(self) -> QueueHealth: ...

    def wait(self, seconds: float) -> bool: ...


class Running(Protocol):
    """Runs the handler: see `genjobs.worker.processes.Handlers`."""

    @property
    def concurrency(self) -> int: ...

    @property
    def held(self) -> list[Job]: ...

    def start(self, job: Job) -> None: ...

    def progress(self) -> dict[str, Progress]: ...

    def cancel(self, job_ids: set[str]) -> None: ...

    def note_stop(self) -> None: ...

    def stop(self, job_ids: set[str]) -> dict[str, int]: ...

    def ended(self, seconds: float) -> list[Ending]: ...


class Measuring(Protocol):
    """Counts what the worker does: see `genjobs.worker.metrics.Metrics`."""

    def turned(self, running: int) -> None: ...

    def claimed(self, jobs: Iterable[Job]) -> None: ...

    def ended(self, ending: Ending, answer: Answer) -> None: ...

    def lost(self, job_ids: Iterable[str]) -> None: ...

    def queue(self, health: QueueHealth) -> None: ...
