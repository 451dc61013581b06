"""Handing a job to a child process: what goes wrong there is the job's own failure."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, cast

import psutil
import pytest

from genjobs.domain.errors import UnexpectedError
from genjobs.worker.jobs import Job
from genjobs.worker.processes import Handlers
from genjobs.worker.storage import Storage


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


def run(handlers: Handlers, number: int) -> str | None:
    """The error of a job that the handlers run now."""
    handlers.start(Job(f"{number}", "u", "p", "succeeds", None, None, "t"))
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        if endings := handlers.ended(0.2):
            return endings[0].error
    pytest.fail("the job never ended")


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
