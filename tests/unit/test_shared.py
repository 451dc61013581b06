from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from genjobs.console.kit.shared import MOST, Shared

PATIENCE_SECONDS = 10.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_holds_for_its_seconds_and_by_its_key() -> None:
    clock, read = Clock(), iter(range(10))
    shared = Shared(15, clock)
    assert [shared.get("a", lambda: next(read)) for _ in range(2)] == [0, 0]
    assert shared.get("b", lambda: next(read)) == 1
    clock.now = 14.9
    assert shared.get("a", lambda: next(read)) == 0
    clock.now = 15
    assert shared.get("a", lambda: next(read)) == 2


def test_of_several_at_once_one_reads() -> None:
    shared, read, go = Shared(15), [], Event()

    def reading() -> str:
        read.append(1)
        assert go.wait(PATIENCE_SECONDS)
        return "answer"

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(shared.get, "a", reading) for _ in range(4)]
        go.set()
        assert [one.result(PATIENCE_SECONDS) for one in asking] == ["answer"] * 4
    assert len(read) == 1


def test_an_error_is_not_kept() -> None:
    shared = Shared(15)
    with pytest.raises(ZeroDivisionError):
        shared.get("a", lambda: 1 // 0)
    assert shared.get("a", lambda: 1) == 1


def test_what_was_being_read_before_a_write_answers_nobody_after_it() -> None:
    shared = Shared(15)

    def overtaken() -> str:
        shared.forget()
        return "before the write"

    assert shared.get("a", overtaken) == "before the write"
    assert shared.get("a", lambda: "after it") == "after it"


def test_no_more_than_so_many_are_kept_and_the_newest_stay() -> None:
    shared = Shared(15)
    for number in range(MOST + 1):
        shared.get(number, lambda: "old")
    assert shared.get(MOST, lambda: "new") == "old"
    assert shared.get(0, lambda: "new") == "new"
