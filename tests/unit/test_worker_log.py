"""What the log of a worker says to its reader."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from genjobs.worker import logs, loop
from genjobs.worker.child import Failure
from genjobs.worker.handling import Context, Result
from genjobs.worker.jobs import Answer, Ending
from genjobs.worker.logs import LogFormat, _formatter
from genjobs.worker.loop import Worker
from genjobs.worker.metrics import Metrics
from genjobs.worker.notes import Notes
from genjobs.worker.processes import Handlers, _Run
from tests.unit.test_worker_loop import FakeHandlers, FakeQueue, job


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(loop, "IDLE_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(loop, "AGAIN_SECONDS", 0.001)
    caplog.set_level(logging.INFO)


def test_a_result_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker(FakeQueue([job(1)]), FakeHandlers(), once=True, place="https://a.supabase.co")
    worker.run()
    ready = f"Worker {worker.id} is ready for jobs of https://a.supabase.co."
    assert caplog.messages == [ready, "Job job-1 succeeded"]


def test_a_line_for_machines_has_its_time_zone(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("genjobs").info("Job %s", "a", extra={"job_id": "a"})
    told = json.loads(_formatter(LogFormat.json).format(caplog.records[-1]))
    assert datetime.fromisoformat(told.pop("timestamp")).tzinfo is not None
    assert told == {"levelname": "INFO", "name": "genjobs", "message": "Job a", "job_id": "a"}


def test_a_handlers_line_begins_with_its_job(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_of_job", named := logs._OfJob())
    logging.getLogger("own").info("at %s", "work")
    line = _formatter(LogFormat.text)
    assert line.format(caplog.records[-1]).endswith("INFO at work")
    logs.name_job("job-1")
    assert named.filter(caplog.records[-1])
    assert line.format(caplog.records[-1]).endswith("INFO Job job-1: at work")
    assert vars(caplog.records[-1])["job_id"] == "job-1"


def test_a_worker_is_ready_once_the_queue_has_answered(caplog: pytest.LogCaptureFixture) -> None:
    Worker(FakeQueue(breaks=["heartbeat", "claim"]), FakeHandlers(), once=True).run()
    *warned, ready = caplog.messages
    assert all("Trying again" in message for message in warned)
    assert (len(warned), "is ready for jobs" in ready) == (2, True)


def test_an_outcome_of_a_newer_database_does_not_end_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    unknown: Any = "parked"
    Worker(FakeQueue(), FakeHandlers())._note(Ending(job(1), "succeeded"), Answer(unknown))
    assert caplog.messages == ["Job job-1 succeeded: parked"]


def test_a_failure_names_the_next_attempt(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker(FakeQueue(), FakeHandlers(), metrics=(metrics := Metrics()))
    worker._note(Ending(job(1), "failed", error="no light"), Answer("finished", None, "job-2"))
    worker._note(Ending(job(2), "failed", error="no light"), Answer("finished"))
    assert caplog.messages == ["Job job-1 failed, retried as job-2 (no light)", "Job job-2 failed (no light)"]
    assert vars(caplog.records[0])["retried_as"] == "job-2"
    for retried in ("yes", "no"):
        labels = {"status": "failed", "outcome": "finished", "retried": retried}
        assert metrics.registry.get_sample_value("genjobs_ended_total", labels) == 1


def test_a_cancelled_job_is_said_to_be_that(caplog: pytest.LogCaptureFixture) -> None:
    Worker(FakeQueue([job(1)], lost={"job-1"}), FakeHandlers(), once=True).run()
    assert caplog.messages[-1] == (
        "Job job-1 was cancelled or moved by somebody, given to another worker, or had ended before;"
        " of this result (succeeded) only the cost counts"
    )
    handlers = FakeHandlers(stuck=True)
    Worker(FakeQueue([job(1)], lost={"job-1"}), handlers, once=True, lease_seconds=0).run()
    assert caplog.messages[-1].startswith("Cancelled or moved by somebody")


def test_that_it_stops_is_said_with_what_it_waits_for(caplog: pytest.LogCaptureFixture) -> None:
    handlers = FakeHandlers(stuck=True)
    worker = Worker(FakeQueue([job(1)]), handlers, grace_seconds=0.05)
    handlers.meanwhile = lambda: None if worker._stopping else worker.stop()
    worker.run()
    assert "Stopping: no more jobs are claimed; 1 running job may take 0.05 s more." in caplog.messages
    worker = Worker(queue := FakeQueue(), FakeHandlers())
    queue.tells = lambda: bool(worker.stop())  # type: ignore[func-returns-value]
    worker.run()
    assert caplog.messages[-1] == "Stopping: no more jobs are claimed; none runs."


def test_results_that_cannot_be_reported_are_counted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    worker = Worker(FakeQueue([job(1)]), FakeHandlers(stuck=True), grace_seconds=0)
    worker.handlers.meanwhile = worker.stop  # type: ignore[attr-defined]
    worker.run()
    assert caplog.messages[-1].startswith("1 result could not be reported;")


def test_that_the_queue_answers_again_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    Worker(FakeQueue([job(1)], breaks=["finish", "finish"]), FakeHandlers(), once=True).run()
    warned = [message for message in caplog.messages if "Trying again" in message]
    assert (len(warned), caplog.messages.count("The queue answers again.")) == (2, 1)


@contextmanager
def ended(folder: Path, failure: Failure) -> Iterator[Handlers]:
    """The handlers, one of which has just given this."""
    future: Future[Result | Failure] = Future()
    future.set_result(failure)
    with Handlers("tests.local.handlers:by_mode", 1, 3.0) as handlers:
        handlers._running[future] = _Run(Context(job(1), 3.0, Notes(folder, "job-1")))
        yield handlers


@pytest.mark.parametrize("trace", ["Traceback: x", ""])
def test_a_trace_is_logged_where_there_is_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, trace: str
) -> None:
    with ended(tmp_path, Failure("Provider said no (429).", trace)) as handlers:
        assert handlers.ended(0)[0].error == "Provider said no (429)."
    assert caplog.messages == (["Job job-1 failed:\nTraceback: x"] if trace else [])
