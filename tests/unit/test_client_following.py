"""Waiting and watching with a fake clock: how often, how long, and which attempts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from types import FrameType
from typing import Any

import httpx
import pytest

from genjobs import errors
from genjobs.client import Event, Status, exchanges, following
from genjobs.client.exchanges import LONGEST_POLL_SECONDS, POLL_SECONDS
from genjobs.client.steps import Pace, Reply, Request
from tests.unit.client_queue import FIRST, SECOND, THIRD, Queue, wait, watched
from tests.unit.client_script import Script, details, says


@pytest.fixture
def queue() -> Queue:
    return Queue()


def asked(queue: Queue, path: str) -> int:
    return sum(request.path == path for request in queue.script.requests)


def test_it_looks_soon_then_less_often_up_to_every_five_seconds(queue: Queue) -> None:
    queue.at = [(120, lambda: queue.move(FIRST, "running")), (120, lambda: queue.move(FIRST, "succeeded"))]
    wait(queue)
    pauses = queue.script.pauses
    assert pauses[0] == POLL_SECONDS
    assert sorted(pauses) == pauses
    assert set(pauses[8:]) == {LONGEST_POLL_SECONDS}
    assert asked(queue, "rpc/get_generation_job_details") == len(pauses) + 1


def test_the_jitter_spreads_the_looks(queue: Queue) -> None:
    queue.at = [(0.6, lambda: queue.move(FIRST, "succeeded"))]
    pace = Pace(lambda: queue.script.now, lambda: 1.2)
    queue.script.run(following.wait(pace, [FIRST], None))
    assert queue.script.pauses == [POLL_SECONDS * 1.2]


def test_the_last_look_is_at_the_deadline(queue: Queue) -> None:
    with pytest.raises(errors.TimedOut) as caught:
        wait(queue, timeout=10)
    assert caught.value.message == f"1 of 1 jobs had not ended after 10 s: {FIRST} is queued."
    assert sum(queue.script.pauses) == pytest.approx(10)
    with pytest.raises(errors.TimedOut):
        wait(queue, timeout=0)


def test_a_time_that_is_no_time_is_refused_before_anything_is_asked(queue: Queue) -> None:
    for follow in (wait, watched):
        with pytest.raises(errors.InvalidInput, match=r"^timeout cannot be nan\.$"):
            follow(queue, timeout=float("nan"))
    assert queue.script.requests == []


def test_it_follows_to_the_newest_attempt_and_adds_up_all(queue: Queue) -> None:
    queue.at = [
        (0, lambda: queue.fail_and_try_again(FIRST, SECOND)),
        (7, lambda: queue.fail_and_try_again(SECOND, THIRD)),
        (9, lambda: queue.move(THIRD, "succeeded")),
    ]
    outcome, same = wait(queue, FIRST, SECOND)
    assert (outcome.asked_job_id, same.asked_job_id) == (FIRST, SECOND)
    assert outcome.newest_job_id == same.newest_job_id == THIRD
    assert tuple(one.id for one in outcome.attempts) == (FIRST, SECOND, THIRD)
    assert (outcome.succeeded, outcome.cost_cents, outcome.ending) == (True, 111, None)


@pytest.mark.parametrize("number", [1, 2])
def test_attempts_come_in_their_order_whatever_their_times_and_numbers_say(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The attempt after a job that was handed back has the same number."""
    plain = queue.job
    late = {"created_at": "infinity"}
    monkeypatch.setattr(queue, "job", lambda job_id: plain(job_id) | (late if job_id == FIRST else {}))
    queue.at = [
        (0, lambda: queue.fail_and_try_again(FIRST, SECOND)),
        (1, lambda: queue.rows[SECOND].update(attempt=number)),
        (1, lambda: queue.move(SECOND, "succeeded")),
    ]
    assert [one.id for one in wait(queue)[0].attempts] == [FIRST, SECOND]


@pytest.mark.parametrize(("attempt", "allowed", "left"), [(1, 3, 2), (3, 3, 0), (4, 3, 0)])
def test_it_tells_how_many_attempts_were_left(queue: Queue, attempt: int, allowed: int, left: int) -> None:
    queue.fail_and_try_again(FIRST, SECOND)
    queue.rows[SECOND].update(attempt=attempt, attempts_allowed=allowed)
    queue.move(SECOND, "failed")
    assert [(one.attempts_left, one.ending) for one in wait(queue, FIRST, SECOND)] == [(left, None)] * 2


def test_attempts_behind_one_that_was_deleted_come_after_the_first(queue: Queue) -> None:
    queue.fail_and_try_again(FIRST, SECOND)
    queue.fail_and_try_again(SECOND, THIRD)
    queue.move(THIRD, "succeeded")
    del queue.rows[SECOND]
    assert [one.id for one in wait(queue, THIRD)[0].attempts] == [FIRST, THIRD]


def test_a_job_that_is_gone_meanwhile_is_not_found(queue: Queue) -> None:
    queue.at = [(3, queue.rows.clear)]
    with pytest.raises(errors.NotFound, match=FIRST):
        wait(queue)


def test_nothing_to_wait_for_is_over_at_once(queue: Queue) -> None:
    assert queue.script.run(following.wait(queue.script.pace, [], None)) == []
    assert queue.script.requests == []


def test_four_times_as_many_jobs_take_about_four_times_as_many_steps() -> None:
    def steps(number: int) -> int:
        script = Script(one_attempt_each)
        ids = [f"{at:08}-0000-4000-8000-000000000000" for at in range(number)]
        with counted_steps({following.__file__, exchanges.__file__}) as count:
            assert len(script.run(following.wait(script.pace, ids, None))) == number
        return len(count)

    assert steps(400) <= 4 * steps(100)


@contextmanager
def counted_steps(files: set[str]) -> Iterator[list[None]]:
    """The list grows by one with each bytecode instruction that Python runs in functions of these files."""
    count = list[None]()

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        frame.f_trace_lines, frame.f_trace_opcodes = False, True
        if event == "opcode":
            count.append(None)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield count
    finally:
        sys.settrace(before)


def one_attempt_each(request: Request) -> Reply:
    if request.path == "generation_jobs":
        shown = Queue()
        return says([shown.job(FIRST) | {"id": one} for one in request.params["id"][4:-1].split(",")])
    return says([details(one, newest_status="succeeded") for one in request.body["p_job_ids"]])


def test_events_and_progress_of_all_attempts_come_once_and_in_order(queue: Queue) -> None:
    queue.at = [
        (1, lambda: queue.move(FIRST, "running", percent=10, progress="Loading")),
        (2, lambda: queue.rows[FIRST].update(percent=60)),
        (6, lambda: queue.fail_and_try_again(FIRST, SECOND)),
        (9, lambda: queue.move(SECOND, "running")),
        (12, lambda: queue.move(SECOND, "succeeded")),
    ]
    items = watched(queue)
    assert {item.asked_job_id for item in items} == {FIRST}
    told = [(item.job_id, item.new_status if isinstance(item, Event) else item.percent) for item in items]
    assert told == [
        (FIRST, Status.QUEUED),
        (FIRST, Status.RUNNING),
        (FIRST, 10),
        (FIRST, 60),
        (FIRST, Status.FAILED),
        (SECOND, Status.QUEUED),
        (SECOND, Status.RUNNING),
        (SECOND, Status.SUCCEEDED),
    ]


def test_what_happens_makes_the_next_look_soon(queue: Queue) -> None:
    queue.at = [(30, lambda: queue.move(FIRST, "running")), (40, lambda: queue.move(FIRST, "succeeded"))]
    watched(queue)
    assert queue.script.pauses.count(POLL_SECONDS) == 2, "after what was there, and after the move"


def test_events_that_the_api_cuts_off_come_all_the_same(queue: Queue) -> None:
    queue.most_events = 1
    queue.move(FIRST, "running")
    queue.move(FIRST, "succeeded")
    assert [item.id for item in watched(queue) if isinstance(item, Event)] == [1, 2, 3]


def test_watching_ends_at_its_deadline(queue: Queue) -> None:
    with pytest.raises(errors.TimedOut):
        watched(queue, timeout=3)
    assert queue.script.now == pytest.approx(3.0)
    assert len(queue.script.items) == 1


def test_who_watches_in_vain_is_told_of_one_job_however_many_attempts(queue: Queue) -> None:
    queue.fail_and_try_again(FIRST, SECOND)
    with pytest.raises(errors.TimedOut, match=f"1 of 1 jobs had not ended after 1 s: {FIRST} is queued"):
        watched(queue, timeout=1)


def test_of_a_job_that_ended_between_two_questions_no_progress_comes_late(queue: Queue) -> None:
    queue.move(FIRST, "running", percent=50)
    answer = queue.answer

    def ends_in_between(request: Request) -> Reply:
        reply = answer(request)
        if request.path.startswith("rpc") and queue.rows[FIRST]["status"] == "running":
            queue.move(FIRST, "succeeded", percent=None)
        return reply

    queue.script.answer = ends_in_between
    assert [type(item) for item in watched(queue)] == [Event] * 3


def test_a_retry_that_somebody_asks_for_afterwards_is_not_a_part_of_the_outcome(queue: Queue) -> None:
    queue.fail_and_try_again(FIRST, SECOND)
    queue.move(SECOND, "failed", ending="failed")
    answer = queue.answer

    def tried_again(request: Request) -> Reply:
        reply = answer(request)
        if THIRD not in queue.rows:
            queue.fail_and_try_again(SECOND, THIRD)
        return reply

    queue.script.answer = tried_again
    [outcome] = wait(queue)
    assert [one.id for one in outcome.attempts] == [FIRST, SECOND]


def test_many_attempts_are_asked_about_in_short_requests_and_known_ones_at_once(queue: Queue) -> None:
    ids = [FIRST, *(f"{at:08}-0000-4000-8000-000000000000" for at in range(10, 260))]
    for now, then in pairwise(ids):
        queue.fail_and_try_again(now, then)
    queue.at = [(1, lambda: queue.move(ids[-1], "running")), (2, lambda: queue.move(ids[-1], "succeeded"))]
    told = [item.id for item in watched(queue) if isinstance(item, Event)]
    assert told == list(range(1, len(queue.events) + 1))
    urls = [httpx.URL("https://x.supabase.co", params=request.params) for request in queue.script.requests]
    assert max(len(str(url)) for url in urls) < 5000
    assert asked(queue, "rpc/get_generation_job_details") < len(ids) + 10
