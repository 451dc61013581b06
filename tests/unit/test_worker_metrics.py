"""What a worker's metrics tell of its queue, and that they are served whatever other connections do."""

from __future__ import annotations

import math
import socket
import time
from collections.abc import Callable

import httpx
import pytest

from genjobs.domain.errors import Unavailable
from genjobs.domain.queue import QueueHealth
from genjobs.local.ports import free_port
from genjobs.worker.jobs import Ending
from genjobs.worker.measured import MeasuredQueue
from genjobs.worker.metrics import SILENT_SECONDS, STALE_SECONDS, Metrics, serve
from tests.unit.test_worker_loop import FakeQueue, job


def value(metrics: Metrics, name: str) -> float:
    found = metrics.registry.get_sample_value(f"genjobs_{name}")
    assert found is not None
    return found


def test_it_is_counted_how_often_the_queue_answers_and_when_it_did_last() -> None:
    metrics = Metrics()
    queue = MeasuredQueue(FakeQueue([job(1)], breaks=["claim", "finish", "heartbeat"]), metrics)
    assert value(metrics, "last_answer_timestamp_seconds") == 0
    calls: list[Callable[[], object]] = [
        lambda: queue.claim("worker", 1, 60, None),
        lambda: queue.finish([Ending(job(1), "succeeded")]),
        lambda: queue.heartbeat("worker", 60, [], {}),
    ]
    for number, call in enumerate(calls, 1):
        with pytest.raises(Unavailable):
            call()
        assert value(metrics, "queue_errors_total") == number
    assert value(metrics, "last_answer_timestamp_seconds") == 0
    for call in (*calls, queue.health):
        start = time.time()
        call()
        assert start <= value(metrics, "last_answer_timestamp_seconds") <= time.time()
    assert value(metrics, "queue_errors_total") == len(calls)


def test_figures_of_the_queue_are_not_a_number_before_the_first_answer_and_a_minute_after_the_last() -> None:
    now = 1000.0
    metrics = Metrics(clock=lambda: now)
    figures = ("waiting", "oldest_waiting_seconds", "oldest_transaction_seconds")

    def told() -> list[float]:
        return [value(metrics, name) for name in figures]

    assert all(map(math.isnan, told()))
    metrics.queue(QueueHealth(7, 8.0, 0, 0, 1, 0, None))
    now += STALE_SECONDS
    assert told() == [7, 8, 0]
    now += 1
    assert all(map(math.isnan, told()))


def test_a_worker_whose_queue_is_away_is_healthy_as_long_as_its_loop_turns() -> None:
    now = 1000.0
    metrics = Metrics(clock=lambda: now)
    now += SILENT_SECONDS
    assert not metrics.is_healthy
    metrics.unanswered()
    metrics.turned(0)
    assert metrics.is_healthy


def test_a_connection_that_sends_nothing_keeps_nobody_waiting() -> None:
    port = free_port()
    end = serve(Metrics(), port)
    with socket.create_connection(("127.0.0.1", port)):
        for path in ("metrics", "healthz"):
            assert httpx.get(f"http://127.0.0.1:{port}/{path}", timeout=4).status_code in (200, 503)
        end()
