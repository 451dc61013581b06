"""What a session has read is kept for it alone, and dropped in time and after a write."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit.kept import MOST, Memory


def script() -> None:
    import streamlit as st

    from genjobs.console.kit import kept, reads
    from genjobs.data.transport.client import Client

    @kept.kept(15)
    def read(user_id: str, client: Client, place: str = "here") -> str:
        st.session_state["reads"] = st.session_state.get("reads", 0) + 1
        return f"{user_id} {place} {st.session_state['reads']}"

    read = st.session_state.setdefault("read", read)
    if st.session_state.get("wrote"):
        reads.forget()
    answers = [read(one, None, place) for one in ("ana", "bob") for place in ("here", "there")]  # type: ignore[arg-type]
    st.text(", ".join(answers))


def shown(test: AppTest) -> str:
    test.run()
    assert not test.exception
    return str(test.text[0].value)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Puts the clock of `kept` to a moment, and nobody else's: event loops of this process go by it too."""
    return lambda seconds: monkeypatch.setattr(
        "genjobs.console.kit.kept.time", SimpleNamespace(monotonic=lambda: seconds)
    )


FIRST = "ana here 1, ana there 2, bob here 3, bob there 4"
SECOND = "ana here 5, ana there 6, bob here 7, bob there 8"


def test_a_session_asks_once_for_each_person_and_question_until_the_time_is_over(
    now: Callable[[float], None],
) -> None:
    test = AppTest.from_function(script)
    now(100)
    assert shown(test) == FIRST
    now(114)
    assert shown(test) == FIRST
    now(115)
    assert shown(test) == SECOND


def test_another_session_asks_for_itself() -> None:
    assert shown(AppTest.from_function(script)) == FIRST
    assert shown(AppTest.from_function(script)) == FIRST


def test_after_a_write_all_is_read_anew() -> None:
    test = AppTest.from_function(script)
    assert shown(test) == FIRST
    test.session_state["wrote"] = True
    assert shown(test) == SECOND


def ahead() -> None:
    from threading import Event

    import streamlit as st

    from genjobs.console.kit import kept
    from genjobs.data.transport.client import Client

    begun, drawn = Event(), Event()

    @kept.kept(15)
    def read(user_id: str, client: Client) -> int:
        begun.set()
        assert drawn.wait(10)
        counted.append("read")
        return len(counted)

    read = st.session_state.setdefault("read", read)
    counted: list[str] = st.session_state.setdefault("counted", [])
    answer = read.begin("ana", None)  # type: ignore[arg-type]
    assert counted or begun.wait(10)
    st.text("drawn")
    drawn.set()
    st.text(str((answer(), read("ana", None))))  # type: ignore[arg-type]


def test_a_read_that_was_begun_waits_for_nobody_and_is_kept() -> None:
    test = AppTest.from_function(ahead)
    for _ in range(2):
        test.run()
        assert [one.value for one in test.text] == ["drawn", "(1, 1)"]


def test_a_session_keeps_no_more_than_so_many_and_lets_go_of_what_holds_no_more() -> None:
    memory = Memory()
    for number in range(MOST + 5):
        memory.keep(number, "answer", until=10, now=0)
    assert len(memory.answers) == MOST
    assert (memory.find(4, 1), memory.find(5, 1)) == (None, ("answer",))
    memory.keep("new", "answer", until=20, now=10)
    assert list(memory.answers) == ["new"]
