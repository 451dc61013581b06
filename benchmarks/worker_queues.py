"""What a worker gets from its two queues on a local stack: over the API, and straight from PostgreSQL.

    python -m benchmarks.worker_queues [seconds]

First how many jobs a second eight clients claim and end in batches of 100, `seconds` long (by default 6),
over the gateway and by SQL in turn. Then one worker with nothing to do: how long each of 60 jobs waits
until it starts, created at random moments, and how many questions a second the worker asks meanwhile.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import psycopg

from benchmarks import claims
from benchmarks.server import Bench
from genjobs.local.stack import StackInfo
from genjobs.worker.api import ApiQueue
from genjobs.worker.database import DatabaseQueue
from genjobs.worker.jobs import Ending, Job
from genjobs.worker.loop import Worker
from genjobs.worker.notes import Progress
from tests.stacks import SMALL, running_stack

CLIENTS, BATCH, WAITING, STARTS = 8, 100, 100_000, 60
DONE = "select count(*) from public.generation_jobs where status = 'succeeded'"


def connected(kind: str, url: str, key: str, dsn: str) -> ApiQueue | DatabaseQueue:
    return ApiQueue(url, key) if kind == "API" else DatabaseQueue(dsn)


def work(kind: str, *where: str) -> None:
    """Claim and end without end."""
    worker, queue = str(uuid4()), connected(kind, *where)
    while True:
        queue.finish([Ending(job, "succeeded", 12) for job in queue.claim(worker, BATCH, 60, None)])


def where(info: StackInfo) -> tuple[str, str, str]:
    return info.url, info.secret_key, info.database_url


def rate(info: StackInfo, kind: str, seconds: float) -> float:
    """Jobs a second of all clients together."""
    with ExitStack() as ending, psycopg.connect(info.database_url, autocommit=True) as connection:
        for _ in range(CLIENTS):
            command = [sys.executable, "-m", "benchmarks.worker_queues", "work", kind, *where(info)]
            process = subprocess.Popen(command)
            ending.callback(process.wait)
            ending.callback(process.kill)

        def done() -> int:
            return int(connection.execute(DONE.encode()).fetchone()[0])  # type: ignore[index]

        before = done()
        while done() < before + CLIENTS * BATCH:
            time.sleep(0.05)
        before, began = done(), time.perf_counter()
        time.sleep(seconds)
        return (done() - before) / (time.perf_counter() - began)


@dataclass
class Started:
    """Runs nothing: notes when each job was given to it, and ends it."""

    concurrency: int = 10
    held: list[Job] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    another: threading.Event = field(default_factory=threading.Event)

    def start(self, job: Job) -> None:
        self.held.append(job)
        self.seconds.append(job.waited_seconds or 0.0)
        self.another.set()

    def ended(self, _: float) -> list[Ending]:
        ended, self.held = [Ending(job, "succeeded", 1) for job in self.held], []
        return ended

    def progress(self) -> dict[str, Progress]:
        return {}

    def cancel(self, job_ids: set[str]) -> None: ...

    def note_stop(self) -> None: ...

    def stop(self, job_ids: set[str]) -> dict[str, int]:
        return {}


def starts(info: StackInfo, kind: str) -> tuple[Sequence[float], float]:
    """Seconds from created to started of each job, and questions a second of an idle worker."""
    handlers, began = Started(), time.perf_counter()
    with (
        closing(connected(kind, *where(info))) as queue,
        patch.object(queue, "claim", wraps=queue.claim) as claim,
        psycopg.connect(info.database_url, autocommit=True) as connection,
    ):
        worker = Worker(queue, handlers)
        thread = threading.Thread(target=worker.run)
        thread.start()
        time.sleep(20)
        idle = claim.call_count / (time.perf_counter() - began)
        for _ in range(STARTS):
            handlers.another.clear()
            connection.execute(claims.ADD_JOBS.encode(), [1, 0, 1])
            handlers.another.wait()
            time.sleep(random.uniform(0.3, 1.7))
        worker.stop()
        thread.join()
    return handlers.seconds, idle


def main(seconds: float) -> None:
    """Print rates, their ratio, waits and questions."""
    with tempfile.TemporaryDirectory() as folder, running_stack(Path(folder), SMALL) as info:
        made = Bench(info.database_url, 0, Path())
        claims.begin(made)
        rates = {}
        for kind in ("SQL", "API"):
            claims.fill(made, claims.PEOPLE, WAITING // claims.PEOPLE)
            rates[kind] = rate(info, kind, seconds)
            print(f"{CLIENTS} clients, batches of {BATCH}, {kind}: {rates[kind]:,.0f} jobs/s", flush=True)
        print(f"over the gateway: {rates['API'] / rates['SQL']:.2f} times (wanted: 0.6)")
        claims.begin(made)
        for kind in ("SQL", "API"):
            waited, idle = starts(info, kind)
            median, most = statistics.median(waited), statistics.quantiles(waited, n=20)[-1]
            print(
                f"{kind}: a new job starts after {median:.2f} s in the median, {most:.2f} s at p95"
                f" (wanted: 1 and 2); an idle worker asks {idle:.2f} times a second (wanted: under 1)"
            )


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(*sys.argv[2:])
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 6.0)
