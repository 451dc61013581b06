"""A pool of child processes in which a child that dies harms at most the job that it was running."""

from __future__ import annotations

import multiprocessing
import multiprocessing.context
import time
from collections import deque
from concurrent.futures.process import BrokenProcessPool

from pebble import ProcessPool
from pebble.pool.base_pool import Task
from pebble.pool.process import PoolManager

from genjobs.worker.child import begin_child
from genjobs.worker.logs import LogFormat

MOST_IDLE_DEATHS, IDLE_DEATHS_SECONDS = 20, 10.0
"""So many children that die without a job, in so short a time, cannot be started at all."""


class Child(multiprocessing.context.ForkServerProcess):
    """A child that lets SIGTERM pass, so that the pool has to kill it."""

    def terminate(self) -> None:
        self.kill()


class Children(multiprocessing.context.ForkServerContext):
    """Makes such children. The fork server imports once, and has no threads when it forks."""

    Process = Child


def child_pool(
    concurrency: int, memory_megabytes: int | None, log_format: LogFormat | None = None
) -> ProcessPool:
    """A pool of `concurrency` children, each with at most `memory_megabytes` if given.

    With a `log_format`, what handlers log is written in it.
    """
    children = Children()
    children.set_forkserver_preload(["genjobs.worker.fork_server", "__main__", "genjobs.worker.child"])
    pool = ProcessPool(
        max_workers=concurrency,
        initializer=begin_child,
        initargs=[memory_megabytes, log_format],
        context=children,
    )
    pool._pool_manager = Manager(pool._context, children)
    return pool


class Manager(PoolManager):
    """Blames the death of a child on the job that it was running, and on no other.

    Pebble judges a dead child before its last messages are read: it takes a job that has just succeeded for
    the one that crashed, and misses one that has just started; it does not judge one that ended with exit
    code 0. And it gives up the whole pool if a child dies while no job runs.
    """

    _dead: tuple[tuple[int, int | None], ...] = ()

    def __init__(self, *of_pool: object) -> None:
        super().__init__(*of_pool)  # type: ignore[arg-type]
        self._idle_deaths = deque[float](maxlen=MOST_IDLE_DEATHS)

    def update_workers(self) -> None:
        """Judge the children that were found dead in the turn before, now that their messages are read."""
        for one in self._dead:
            self.handle_worker_expiration(one)
        known = self.worker_manager.workers.copy()
        self.worker_manager.inspect_workers()
        gone = known.keys() - self.worker_manager.workers.keys()
        self._dead = tuple((pid, known[pid].exitcode) for pid in gone)
        self.worker_manager.create_workers()  # type: ignore[no-untyped-call]

    def find_expired_task(self, worker_id: int) -> Task:
        """The job of a dead child. Raises LookupError without one, BrokenProcessPool if too many die so."""
        for task in tuple(self.task_manager.tasks.values()):
            if task.worker_id == worker_id:
                return task
        self._idle_deaths.append(time.monotonic())
        is_full = len(self._idle_deaths) == MOST_IDLE_DEATHS
        if is_full and self._idle_deaths[-1] - self._idle_deaths[0] < IDLE_DEATHS_SECONDS:
            raise BrokenProcessPool("The handler's processes end as soon as they are started.")
        raise LookupError(f"The process {worker_id} was running no job.")
