"""A worker that was told to stop ends, even if its queue never answers."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any

import pytest

from genjobs.worker import command
from genjobs.worker.loop import Worker
from tests.unit.test_worker_loop import FakeHandlers, FakeQueue


def test_a_second_signal_ends_it_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    gave_up = threading.Event()
    monkeypatch.setattr(command, "_give_up", gave_up.set)
    monkeypatch.setattr(command, "LAST_SECONDS", 0.05)
    stop = command.stopping(Worker(FakeQueue(), FakeHandlers()), grace_seconds=3600)
    stop()
    assert not gave_up.wait(0.5)
    stop()
    assert gave_up.wait(30)


def test_a_signal_in_the_middle_of_another_one_does_not_wait_for_it() -> None:
    """Both are handled in the main thread: a lock that the first one holds would never be released."""
    worker = Worker(FakeQueue(), FakeHandlers())

    def stop_again(_: FrameType, __: str, ___: Any) -> Any:
        worker.stop()
        return stop_again

    def stop() -> None:
        sys.settrace(stop_again)  # before each line
        worker.stop()
        sys.settrace(None)

    thread = threading.Thread(target=stop, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
