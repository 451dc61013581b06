"""Handing a job to a child process: what goes wrong there is the job's own failure."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing import forkserver
from types import ModuleType
from typing import Any, cast

import psutil
import pytest

from genjobs.domain.errors import UnexpectedError
from genjobs.worker.jobs import Ending, Job
from genjobs.worker.processes import CANCELLED, Handlers
from genjobs.worker.storage import Storage
from tests.local.waiting import until


@pytest.fixture(autouse=True)
def no_main_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """Child processes import what the main module came from; a test of a page leaves its script there."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


class Unpacks:
    """In place of the storage: does this when the child unpacks it, before the handler begins."""

    def __init__(self, *act: object) -> None:
        self.act = act

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return Unpacks.run, self.act

    @staticmethod
    def run(act: str) -> None:
        if act == "exit":
            os._exit(3)
        if act == "raise":
            raise MemoryError


def job(number: int, mode: str = "succeeds", asset: str | None = None) -> Job:
    return Job(f"{number}", "u", "p", mode, asset, None, "t")


def run(handlers: Handlers, number: int, mode: str = "succeeds", asset: str | None = None) -> str | None:
    """The error of a job that the handlers run now."""
    handlers.start(job(number, mode, asset))
    return ending(handlers).error


def ending(handlers: Handlers) -> Ending:
    """The next job that ends."""
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        if endings := handlers.ended(0.2):
            return endings[0]
    pytest.fail("the job never ended")


def begun(handlers: Handlers) -> bool:
    """Whether a job has said how far it is."""
    return bool(handlers.progress())


def test_a_job_that_no_child_takes_is_not_held_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with Handlers("tests.local.handlers:by_mode", 1, 60.0) as handlers:
        assert run(handlers, 1) is None
        monkeypatch.setattr("genjobs.worker.processes.TAKE_SECONDS", 0.5)
        for pid in handlers._pool._pool_manager.worker_manager.workers:
            psutil.Process(pid).suspend()
        with pytest.raises(UnexpectedError, match="No process takes the job 2"):
            run(handlers, 2)


@pytest.mark.parametrize(
    ("act", "error"),
    [
        ("exit", "The handler's process ended with exit code 3."),
        ("raise", "The handler exceeded its memory limit."),
    ],
)
def test_a_child_that_dies_while_it_takes_a_job_harms_neither_the_others_nor_the_next(
    act: str, error: str
) -> None:
    """It held what all children share: no job was taken or timed out any more."""
    storage = cast(Storage, Unpacks(act))
    with Handlers("tests.local.handlers:by_mode", 1, 60.0, None, storage) as handlers:
        assert run(handlers, 1) == error
        handlers._storage = None
        assert run(handlers, 2) is None


@pytest.mark.parametrize(("way", "cents"), [("dies", 4), ("raises", 4), ("cheap", 4), ("fails", 5)])
def test_an_attempt_costs_at_least_what_its_handler_noted(way: str, cents: int) -> None:
    with Handlers("tests.local.handlers:by_mode", 1, 60.0) as handlers:
        handlers.start(job(1, "notes", way))
        assert ending(handlers).cost_cents == cents


def test_a_handler_that_is_killed_leaves_what_it_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    with Handlers("tests.local.handlers:by_mode", 1, 60.0) as handlers:
        handlers.start(job(1, "notes", "hangs"))
        until(lambda: begun(handlers), "it has spent something")
        assert handlers.stop({"1", "other"}) == {"1": 4}
        handlers.start(job(2, "notes", "hangs"))
        until(lambda: begun(handlers), "it has spent something")
        monkeypatch.setattr("genjobs.worker.processes.CANCEL_SECONDS", 0.0)
        handlers.cancel({"2"})
        assert replace(ending(handlers), job=None) == Ending(None, "failed", 4, CANCELLED)  # type: ignore[arg-type]
        handlers.start(job(3, "hangs"))
        until(lambda: next(iter(handlers._running)).running(), "it runs")
        handlers.cancel({"3"})
        assert handlers.ended(0.0) == [], "of what cost nothing, the queue knows already"
        assert handlers.held == []


def test_what_a_handler_forks_ends_by_the_usual_signal() -> None:
    with Handlers("tests.local.handlers:by_mode", 1, 60.0) as handlers:
        handlers.start(job(1, "terminates"))
        assert ending(handlers).cost_cents == signal.SIGTERM


def test_a_time_out_leaves_what_was_noted() -> None:
    with Handlers("tests.local.handlers:by_mode", 1, 0.5) as handlers:
        handlers.start(job(1, "notes"))
        assert replace(ending(handlers), job=None) == Ending(  # type: ignore[arg-type]
            None,  # type: ignore[arg-type]
            "failed",
            4,
            "The handler took longer than 0.5 s.",
        )


def test_a_service_that_ends_all_its_processes_leaves_a_job_its_grace() -> None:
    with Handlers("tests.local.handlers:by_mode", 1, 60.0) as handlers:
        handlers.start(job(1, "notes"))
        until(lambda: begun(handlers), "it runs")
        fork_server_pid: int = vars(forkserver._forkserver)["_forkserver_pid"]
        [pid] = handlers._pool._pool_manager.worker_manager.workers
        for process in (psutil.Process(pid), psutil.Process(fork_server_pid)):
            process.terminate()
        handlers.note_stop()
        assert (ending(handlers), handlers.held) == (Ending(job(1, "notes"), "succeeded", 9), [])
        assert run(handlers, 2) is None
        assert list(handlers._pool._pool_manager.worker_manager.workers) == [pid]
