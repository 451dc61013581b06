"""A child process that dies harms the job that it was running, and no other."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest
from pebble import ProcessExpired, ProcessFuture, ProcessPool
from pebble.common.types import Result, ResultStatus
from pebble.pool.base_pool import Task, TaskPayload

from genjobs.worker.child_pool import MOST_IDLE_DEATHS, Manager, child_pool

PID, EXIT_CODE, PATIENCE_SECONDS = 42, 7, 60


@pytest.fixture(autouse=True)
def no_main_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes import what the main module came from; a test of a page leaves its script there."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.fixture
def pool() -> Iterator[ProcessPool]:
    made = child_pool(1, None)
    yield made
    made.stop()  # type: ignore[no-untyped-call]
    made.join()


@dataclass
class Dead:
    """In place of a child that has died."""

    exitcode: int
    pid: int = PID

    def is_alive(self) -> bool:
        return False


@pytest.fixture(params=[EXIT_CODE, 0])
def exit_code(request: pytest.FixtureRequest) -> int:
    code: int = request.param
    return code


@pytest.fixture
def manager(pool: ProcessPool, exit_code: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    """Of a pool without processes, in which the child `PID` is found dead at the first look."""
    made = pool._pool_manager
    assert isinstance(made, Manager)
    children: dict[int, Any] = made.worker_manager.workers
    children[PID] = Dead(exit_code)
    monkeypatch.setattr(made.worker_manager, "create_workers", lambda: None)
    yield made
    children.pop(PID, None)


def task(manager: Manager, number: int) -> Task:
    made = Task(number, ProcessFuture(), None, TaskPayload(os.getpid, (), {}))
    manager.task_manager.task_done_callback = lambda: None
    manager.task_manager.register(made)
    return made


def test_a_result_that_was_sent_before_the_death_counts(manager: Manager) -> None:
    done = task(manager, 1)
    manager.task_manager.task_start(done.id, PID)
    manager.update_workers()
    manager.task_manager.task_done(done.id, Result(ResultStatus.SUCCESS, "done"))
    manager.update_workers()
    assert done.future.result(0) == "done"


def test_a_job_that_began_right_before_the_death_fails(manager: Manager, exit_code: int) -> None:
    begun = task(manager, 1)
    manager.update_workers()
    manager.task_manager.task_start(begun.id, PID)
    manager.update_workers()
    with pytest.raises(ProcessExpired) as expired:
        begun.future.result(0)
    assert expired.value.exitcode == exit_code


def test_children_that_cannot_be_started_break_the_pool(manager: Manager) -> None:
    for _ in range(MOST_IDLE_DEATHS - 1):
        with pytest.raises(LookupError):
            manager.find_expired_task(PID)
    with pytest.raises(BrokenProcessPool):
        manager.find_expired_task(PID)


def die_later() -> int:
    threading.Timer(0.1, os._exit, [EXIT_CODE]).start()
    return os.getpid()


def test_a_child_that_dies_while_it_is_idle_is_replaced(pool: ProcessPool) -> None:
    first = pool.schedule(die_later).result(PATIENCE_SECONDS)
    children = pool._pool_manager.worker_manager.workers
    while first in children:
        threading.Event().wait(0.01)
    assert pool.schedule(os.getpid).result(PATIENCE_SECONDS) != first
