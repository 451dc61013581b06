"""The worker's loop with a fake queue and fake handlers: claims, ends, retries and giving up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from genjobs.domain.errors import Forbidden, InvalidInput, Unavailable
from genjobs.domain.queue import QueueHealth
from genjobs.worker import loop
from genjobs.worker.jobs import Answer, Ending, Job
from genjobs.worker.loop import LAST_LEASE_SECONDS, STOPPED, Worker
from genjobs.worker.metrics import Metrics
from genjobs.worker.notes import Progress


def job(number: int) -> Job:
    return Job(
        f"job-{number}", "ana", "spring", "lifestyle", None, datetime(2026, 11, 27, tzinfo=UTC), "token"
    )


@dataclass
class FakeQueue:
    """Hands out what waits; `breaks` names calls that get no answer, `answer` one that took effect."""

    waiting: list[Job] = field(default_factory=list)
    breaks: list[str] = field(default_factory=list)
    refuses: str | None = None
    lost: set[str] = field(default_factory=set)
    limits: list[int] = field(default_factory=list)
    modes: Sequence[str] | None = None
    ended: dict[str, Ending] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    unreadable: str | None = None
    busy: int = 0
    named: set[str] = field(default_factory=set)
    told: dict[str, Progress] = field(default_factory=dict)
    tells: Callable[[], bool] = lambda: False
    calls: list[str] = field(default_factory=list)
    leases: list[int] = field(default_factory=list)

    def claim(self, worker_id: str, limit: int, lease_seconds: int, modes: Sequence[str] | None) -> list[Job]:
        self.limits.append(limit)
        self.modes = modes
        self._break("claim")
        given, self.waiting = self.waiting[:limit], self.waiting[limit:]
        return given

    def finish(self, endings: Sequence[Ending]) -> list[Answer]:
        self._break("finish")
        if any(one.job.id == self.unreadable and not one.is_final for one in endings):
            raise InvalidInput("The API refused the request.")
        answers = [self._answer(one) for one in endings]
        self.answers += [answer.outcome for answer in answers]
        self._break("answer")
        return answers

    def heartbeat(
        self, worker_id: str, lease_seconds: int, held: Sequence[Job], progress: Mapping[str, Progress]
    ) -> set[str]:
        self._break("heartbeat")
        self.leases.append(lease_seconds)
        self.named |= {one.id for one in held}
        self.told |= progress
        return self.lost & {one.id for one in held}

    def health(self) -> QueueHealth:
        return QueueHealth(7, 8.0, 0, 0, 1, 0, 9.0)

    def wait(self, seconds: float) -> bool:
        return self.tells()

    def _answer(self, ending: Ending) -> Answer:
        if ending.job.id in self.ended or ending.job.id in self.lost:
            return Answer("lost")
        if self.busy:
            self.busy -= 1
            return Answer("busy")
        if self.refuses and (ending.status == "succeeded" or ending.cost_cents < 0):
            return Answer("refused", self.refuses)
        self.ended[ending.job.id] = ending
        return Answer("finished")

    def _break(self, call: str) -> None:
        self.calls.append(call)
        if self.breaks[:1] == [call]:
            self.breaks.pop(0)
            raise Unavailable("The API did not answer.")


@dataclass
class FakeHandlers:
    """Each turn the first job succeeds with `cents`, unless `stuck`; `meanwhile` is called before."""

    concurrency: int = 2
    cents: int = 3
    stuck: bool = False
    meanwhile: Callable[[], object] = lambda: None
    held: list[Job] = field(default_factory=list)
    most: int = 0
    stopped: list[str] = field(default_factory=list)
    noted: int = 0
    told_of_stop: int = 0

    def start(self, job: Job) -> None:
        self.held = [*self.held, job]
        self.most = max(self.most, len(self.held))

    def progress(self) -> dict[str, Progress]:
        return {one.id: Progress(50, "half") for one in self.held}

    def cancel(self, job_ids: set[str]) -> None:
        self.stop(job_ids)

    def note_stop(self) -> None:
        self.told_of_stop += 1

    def stop(self, job_ids: set[str]) -> dict[str, int]:
        self.stopped += sorted(job_ids)
        self.held = [one for one in self.held if one.id not in job_ids]
        return dict.fromkeys(job_ids, self.noted)

    def ended(self, seconds: float) -> list[Ending]:
        self.meanwhile()
        if self.stuck or not self.held:
            return []
        first, *self.held = self.held
        return [Ending(first, "succeeded", self.cents)]


@pytest.fixture(autouse=True)
def without_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "IDLE_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(loop, "EMPTY_CLAIM_SECONDS", 0.0)
    monkeypatch.setattr(loop, "AGAIN_SECONDS", 0.001)


@pytest.mark.parametrize(("pause", "claims"), [(0.0, 2), (3600.0, 1)])
def test_it_asks_again_only_when_it_is_due_or_the_queue_tells_of_jobs(
    monkeypatch: pytest.MonkeyPatch, pause: float, claims: int
) -> None:
    """The queue may tell of jobs that are not for this worker: not sooner than a while after a vain claim."""
    monkeypatch.setattr(loop, "EMPTY_CLAIM_SECONDS", pause)
    monkeypatch.setattr(loop, "IDLE_SECONDS", (3600.0, 3600.0))
    waits = iter([False, False, True, False])
    queue, worker = FakeQueue(), Worker(FakeQueue(), FakeHandlers())

    def tell() -> bool:
        told = next(waits, None)
        if told is None:
            worker.stop()
        return bool(told)

    worker.queue, queue.tells = queue, tell
    worker.run()
    assert len(queue.limits) == claims


def test_it_ends_all_that_waits_and_holds_no_more_than_it_can_run() -> None:
    queue, handlers = FakeQueue([job(n) for n in range(7)]), FakeHandlers(concurrency=3)
    Worker(queue, handlers, modes=["lifestyle"], once=True).run()
    assert {name: one.cost_cents for name, one in queue.ended.items()} == {f"job-{n}": 3 for n in range(7)}
    assert (handlers.most, max(queue.limits), queue.modes) == (3, 3, ["lifestyle"])


@pytest.mark.parametrize(
    "breaks", [["claim"] * 3, ["heartbeat"], ["finish", "finish"], ["answer"], ["finish", "answer", "finish"]]
)
def test_what_gets_no_answer_is_asked_again_and_no_job_ends_twice(breaks: list[str]) -> None:
    queue = FakeQueue([job(n) for n in range(3)], breaks=list(breaks))
    Worker(queue, FakeHandlers(), once=True).run()
    assert (sorted(queue.ended), queue.breaks) == (["job-0", "job-1", "job-2"], [])
    assert queue.answers.count("finished") == 3


def test_what_will_not_pass_by_itself_ends_the_worker() -> None:
    queue = FakeQueue()
    queue.claim = lambda *_: (_ for _ in ()).throw(Forbidden("This key may not claim jobs."))  # type: ignore[method-assign]
    with pytest.raises(Forbidden):
        Worker(queue, FakeHandlers()).run()


@pytest.mark.parametrize(("cents", "counted", "times"), [(40, 40, 1), (0, 0, 1), (-1, 0, 2)])
def test_a_result_that_is_refused_fails_the_job_with_the_reason_and_its_cost(
    caplog: pytest.LogCaptureFixture, cents: int, counted: int, times: int
) -> None:
    """Unless it is the cost that is refused."""
    queue = FakeQueue([job(1)], refuses="Not so.")
    with caplog.at_level("INFO"):
        Worker(queue, FakeHandlers(cents=cents), once=True).run()
    reasons = [one.__dict__["reason"] for one in caplog.records if one.message.startswith("Job job-1")]
    assert reasons == [*["Not so."] * times, "The result was refused: Not so."]
    assert caplog.messages[-1].endswith("failed (The result was refused: Not so.)")
    said = "The result was refused: Not so."
    assert queue.ended["job-1"] == Ending(job(1), "failed", counted, said, is_final=True)


def test_a_handler_whose_job_was_lost_is_stopped_with_the_next_heartbeat() -> None:
    queue, handlers = FakeQueue([job(1)], lost={"job-1"}), FakeHandlers(stuck=True)
    Worker(queue, handlers, once=True, lease_seconds=0).run()
    assert (handlers.stopped[:1], queue.ended) == (["job-1"], {})


def test_told_to_stop_it_claims_no_more_and_ends_what_runs() -> None:
    queue, handlers = FakeQueue([job(n) for n in range(5)]), FakeHandlers()
    worker = Worker(queue, handlers)
    handlers.meanwhile = lambda: None if worker._stopping else worker.stop()
    worker.run()
    assert sorted(queue.ended) == ["job-0", "job-1"]
    assert len(queue.waiting) == 3


@pytest.mark.parametrize("again", [True, False])
def test_what_runs_longer_than_the_grace_is_handed_back_and_at_once_when_told_again(again: bool) -> None:
    queue, handlers = FakeQueue([job(1)]), FakeHandlers(stuck=True, noted=4)
    worker = Worker(queue, handlers, grace_seconds=3600 if again else 0.05)
    handlers.meanwhile = lambda: worker.stop() if again or not worker._stopping else None
    worker.run()
    assert handlers.stopped == ["job-1"]
    assert queue.ended["job-1"] == Ending(job(1), "handed_back", 4, STOPPED), "and costs what it had spent"
    assert handlers.told_of_stop == 1


def test_an_ending_that_cannot_be_read_fails_its_own_job_alone() -> None:
    queue = FakeQueue([job(n) for n in range(3)], unreadable="job-1", breaks=["finish"])
    Worker(queue, FakeHandlers(concurrency=3), once=True).run()
    told = {name: (one.status, one.error) for name, one in queue.ended.items()}
    reason = "The result was refused: The API refused the request."
    assert told == {"job-0": ("succeeded", None), "job-1": ("failed", reason), "job-2": ("succeeded", None)}


def test_an_ending_that_is_busy_is_sent_again() -> None:
    queue = FakeQueue([job(1)], busy=2)
    Worker(queue, FakeHandlers(), once=True).run()
    assert queue.ended["job-1"].status == "succeeded"


def test_a_heartbeat_names_jobs_that_have_ended_and_are_not_told_yet() -> None:
    queue = FakeQueue([job(1)], busy=1)
    Worker(queue, FakeHandlers(), once=True, lease_seconds=0).run()
    assert queue.named == {"job-1"}


def test_a_heartbeat_tells_how_far_the_jobs_are() -> None:
    queue, handlers = FakeQueue([job(1)]), FakeHandlers(stuck=True)
    worker = Worker(queue, handlers, once=True, lease_seconds=0)
    handlers.meanwhile = lambda: setattr(handlers, "stuck", not queue.told)
    worker.run()
    assert queue.told == {"job-1": Progress(50, "half")}


def test_what_a_worker_does_is_counted() -> None:
    queue, metrics = FakeQueue([job(n) for n in range(3)], busy=1), Metrics()
    waits = (
        3.0,
        -251_606_261_008.0,
        63_931_548_297.0,
    )  # of jobs that say they were created in 9999, in year 1
    queue.waiting = [replace(one, waited_seconds=s) for one, s in zip(queue.waiting, waits, strict=True)]
    Worker(queue, FakeHandlers(), once=True, metrics=metrics).run()

    def value(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(name, labels)

    assert value("genjobs_claimed_total") == 3
    assert value("genjobs_ended_total", status="succeeded", outcome="finished", retried="no") == 3
    assert value("genjobs_ended_total", status="succeeded", outcome="busy", retried="no") == 1
    assert (value("genjobs_wait_seconds_count"), value("genjobs_wait_seconds_sum")) == (1, 3.0)
    assert value("genjobs_run_seconds_count") == 3
    assert (value("genjobs_waiting"), value("genjobs_oldest_waiting_seconds")) == (7, 8)
    assert value("genjobs_oldest_transaction_seconds") == 9


def test_lost_leases_are_counted_once() -> None:
    queue, handlers, metrics = FakeQueue([job(1)], lost={"job-1"}), FakeHandlers(stuck=True), Metrics()
    Worker(queue, handlers, once=True, lease_seconds=0, metrics=metrics).run()
    metrics.lost({"job-1"})
    assert metrics.registry.get_sample_value("genjobs_leases_lost_total") == 1


def test_endings_are_told_although_claims_get_no_answer() -> None:
    queue, handlers = FakeQueue([job(1)]), FakeHandlers()
    worker = Worker(queue, handlers, once=True)
    queue.breaks = []
    handlers.meanwhile = lambda: queue.breaks.extend(["claim"] * 3) if not queue.ended else None
    worker.run()
    assert queue.answers == ["finished"]


def test_however_it_ends_what_runs_is_handed_back() -> None:
    queue, handlers = FakeQueue([job(1)]), FakeHandlers(concurrency=2, stuck=True)

    def fail() -> None:
        raise KeyboardInterrupt

    handlers.meanwhile = fail
    with pytest.raises(KeyboardInterrupt):
        Worker(queue, handlers).run()
    assert queue.ended["job-1"].status == "handed_back"


def test_jobs_that_cannot_be_started_are_handed_back() -> None:
    """Those before them run on, as far as the worker's end lets them."""

    class Broken(FakeHandlers):
        def start(self, job: Job) -> None:
            if job.id == "job-2":
                raise RuntimeError("no process")
            super().start(job)

    queue, handlers = FakeQueue([job(1), job(2), job(3)]), Broken(concurrency=3)
    with pytest.raises(RuntimeError):
        Worker(queue, handlers).run()
    assert {name: ending.status for name, ending in queue.ended.items()} == dict.fromkeys(
        ("job-1", "job-2", "job-3"), "handed_back"
    )


def test_a_heartbeat_is_sent_although_results_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "BEAT_SECONDS", 0.0)
    queue = FakeQueue([job(1)], breaks=["finish"])
    Worker(queue, FakeHandlers(), once=True).run()
    assert queue.breaks == []
    assert queue.calls[queue.calls.index("finish") + 1] == "heartbeat"


def test_a_worker_that_ends_does_not_sit_out_the_pause_after_an_outage() -> None:
    queue, handlers = FakeQueue([job(1)]), FakeHandlers(stuck=True)
    worker = Worker(queue, handlers, grace_seconds=0)

    def go_down() -> None:
        worker._quiet_until = time.monotonic() + 3600
        worker.stop()

    handlers.meanwhile = go_down
    worker.run()
    assert queue.ended["job-1"].status == "handed_back"


def test_a_worker_that_has_ended_is_not_counted_as_alive_for_its_whole_lease() -> None:
    queue = FakeQueue([job(1)])
    Worker(queue, FakeHandlers(), once=True).run()
    assert (queue.leases[0], queue.leases[-1]) == (60, LAST_LEASE_SECONDS)


def test_nor_does_it_fail_because_its_last_heartbeat_does() -> None:
    queue = FakeQueue(breaks=["claim"])
    queue.breaks += ["heartbeat"]
    worker = Worker(queue, FakeHandlers(), once=True)
    worker.run()
    assert queue.calls[-1] == "heartbeat"
    assert LAST_LEASE_SECONDS not in queue.leases


def test_a_worker_that_ends_while_the_queue_is_away_asks_nothing_more() -> None:
    queue, handlers = FakeQueue(breaks=["heartbeat"]), FakeHandlers()
    worker = Worker(queue, handlers)

    def stop() -> bool:
        worker.stop()
        return False

    queue.tells = stop
    worker.run()
    assert queue.calls == ["heartbeat"]


def test_jobs_whose_results_are_not_reported_keep_their_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "REPORT_SECONDS", 0.0)
    queue, handlers = FakeQueue([job(1)], busy=10**9), FakeHandlers()
    worker = Worker(queue, handlers)
    handlers.meanwhile = worker.stop
    worker.run()
    assert LAST_LEASE_SECONDS not in queue.leases
    assert queue.leases
