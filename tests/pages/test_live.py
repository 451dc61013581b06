"""The list polls only while somebody uses it, and is redrawn only when something changed."""

from __future__ import annotations

from functools import partial
from time import monotonic
from types import SimpleNamespace
from typing import NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.jobs_test import live
from genjobs.console.jobs_test.keys import BOARD
from genjobs.console.jobs_test.live import IN_MINUTES, KEPT_SECONDS, REST_SECONDS, Live, has_news, show
from genjobs.console.kit import fragments, outage, session, ticks
from genjobs.console.kit.shared import Shared
from genjobs.data import job_events
from genjobs.domain.errors import Unavailable
from genjobs.domain.people import SignedIn
from genjobs.domain.reach import Reach

ME = "u"


def test_each_tick_learns_what_is_new_by_then() -> None:
    clock = 0.0
    answers = Shared(KEPT_SECONDS, lambda: clock)
    seen = []
    for tick in range(3):
        clock = tick * ticks.SECONDS + 0.1 * (tick == 0)  # the first answer took a while
        seen.append(answers.get("ana", partial(int, tick)))
    assert seen == [0, 1, 2]


def newest() -> tuple[int, ...]:
    return (7,)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fragments that were asked to be drawn again."""
    found: list[str] = []
    monkeypatch.setattr(fragments, "request", found.append)
    return found


def test_nothing_is_drawn_again_while_there_is_no_news() -> None:
    assert not has_news(Live(seen=(7,), clicked_at=100.0), newest, 105.0)


def test_nothing_is_drawn_again_while_the_events_cannot_be_read() -> None:
    assert not has_news(Live(seen=(6,), clicked_at=100.0, is_moving=True), lambda: None, 105.0)


def test_news_has_the_board_drawn_again_once_and_is_no_click(asked: list[str]) -> None:
    live = Live(seen=(6,), clicked_at=100.0)
    assert has_news(live, newest, 105.0)
    show(live)
    assert not has_news(live, newest, 110.0)
    assert asked == [BOARD]
    assert (live.seen, live.clicked_at, live.by_itself) == ((7,), 100.0, True)


def test_while_a_worker_has_a_job_of_the_list_its_progress_is_news() -> None:
    assert has_news(Live(seen=(7,), clicked_at=100.0, is_moving=True), newest, 105.0)


def test_ages_that_are_told_in_minutes_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    state = Live(seen=(7,), clicked_at=100.0)
    monkeypatch.setattr(live, "state", lambda: state)
    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: 100.0))
    live.moves(is_moving=False, age_seconds=IN_MINUTES)
    assert not has_news(state, newest, 399.0)
    live.moves(is_moving=False, age_seconds=70.0)
    assert not has_news(state, newest, 149.0)
    assert has_news(state, newest, 150.0)


def test_five_minutes_after_the_last_click_it_reads_no_more(asked: list[str]) -> None:
    live = Live(seen=(6,), clicked_at=100.0)
    assert has_news(live, lambda: pytest.fail("it has read"), 100.0 + REST_SECONDS)
    show(live)
    assert (asked, live.seen) == ([BOARD], (6,))
    assert live.rests(100.0 + REST_SECONDS)
    assert not live.rests(99.9 + REST_SECONDS)


def test_the_end_of_a_session_is_news_and_uses_no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, bool]] = []

    class Sessions:
        def current(self, session_id: object, *, used: bool = True) -> None:
            asked.append((session_id, used))

    console = SimpleNamespace(reach=Reach, sessions=Sessions)
    monkeypatch.setattr(live, "runtime", lambda: console)
    assert live._watch(Live(clicked_at=monotonic()), "a session").has_news()
    assert asked == [("a session", False)]


@pytest.mark.parametrize("answers", [True, False])
def test_while_the_database_is_out_of_reach_there_is_no_news_and_nothing_is_read(
    monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    read: list[object] = []
    monkeypatch.setattr(live, "runtime", lambda: SimpleNamespace(reach=lambda: Reach(answers=answers)))
    monkeypatch.setattr(job_events, "newest_events", read.append)
    assert live._watch(Live(clicked_at=monotonic() - REST_SECONDS), None).has_news() is answers
    live._read("client")  # type: ignore[arg-type]
    assert read == ["client"] * answers


@pytest.mark.parametrize("by_itself", [True, False])
def test_only_a_click_uses_the_session(monkeypatch: pytest.MonkeyPatch, by_itself: bool) -> None:
    used, unused = (SignedIn(ME, "a@b.example", token) for token in ("used", "unused"))
    monkeypatch.setattr(session, "current_user", lambda: used)
    monkeypatch.setattr(session, "watching_user", lambda: unused)
    monkeypatch.setattr(live, "state", lambda: Live(by_itself=by_itself))
    assert live.reader() is (unused if by_itself else used)


def the_board() -> None:
    from genjobs.console.jobs_test.board import board

    board("project", {})


def test_a_session_that_cannot_be_renewed_is_told_in_place_of_the_board(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A tick draws the board alone: nothing around it would report the error."""

    def unreachable() -> NoReturn:
        raise Unavailable("The auth server does not answer.")

    monkeypatch.setattr(live, "reader", unreachable)
    monkeypatch.setattr(outage, "try_again", lambda: None)
    test = AppTest.from_function(the_board).run()
    assert not test.exception
    assert "does not answer" in test.error[0].value
