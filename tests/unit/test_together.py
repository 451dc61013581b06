from __future__ import annotations

from threading import Barrier

import pytest

from genjobs.data.transport.concurrent import begun, together

PATIENCE_SECONDS = 10.0


def test_calls_run_side_by_side_and_answer_in_their_order() -> None:
    meeting = Barrier(3)

    def call(name: str) -> str:
        meeting.wait(PATIENCE_SECONDS)
        return name

    assert together(lambda: call("a"), lambda: call("b"), lambda: call("c")) == ("a", "b", "c")


def test_the_first_error_in_the_order_of_the_calls_is_raised() -> None:
    meeting = Barrier(2)

    def fail(error: Exception) -> None:
        meeting.wait(PATIENCE_SECONDS)
        raise error

    with pytest.raises(KeyError):
        together(lambda: fail(KeyError("first")), lambda: fail(ValueError("second")))


def test_a_call_that_was_begun_runs_meanwhile_and_its_error_is_raised_where_it_is_waited_for() -> None:
    meeting = Barrier(2)

    def fail() -> None:
        meeting.wait(PATIENCE_SECONDS)
        raise KeyError("begun")

    wait = begun(fail)
    meeting.wait(PATIENCE_SECONDS)
    with pytest.raises(KeyError):
        wait()
