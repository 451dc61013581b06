"""A worker that was told to stop ends, even if its queue never answers."""

from __future__ import annotations

import threading

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
