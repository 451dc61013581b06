"""The list polls only while somebody uses it, and is redrawn only when something changed."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pytest

from genjobs.console.jobs_test import live
from genjobs.console.jobs_test.keys import BOARD
from genjobs.console.jobs_test.live import IN_MINUTES, REST_SECONDS, Live, tick
from genjobs.console.kit import fragments, session
from genjobs.domain.people import SignedIn

ME = "u"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The fragments that were asked to be drawn again; the newest event is the one with the id 7."""
    found: list[str] = []
    monkeypatch.setattr(fragments, "is_whole_page", lambda: False)
    monkeypatch.setattr(fragments, "request", found.append)
    monkeypatch.setattr(live, "_events", lambda user_id: (7,))
    return found


def test_a_tick_looks_at_what_the_page_watches_unless_the_whole_page_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[str] = []
    for is_whole, watched in ((False, "jobs"), (True, "jobs"), (False, None)):
        monkeypatch.setattr(fragments, "is_whole_page", lambda is_whole=is_whole: is_whole)
        fragments.watch(partial(looks.append, watched) if watched else None)
        fragments.tick()
    assert looks == ["jobs"]


def test_a_look_that_fails_is_the_last_and_stops_nothing_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fragments, "is_whole_page", lambda: False)
    fragments.watch(lambda: fragments.request("gone"))
    monkeypatch.setattr(fragments, "get_script_run_ctx", lambda: 1 / 0)
    fragments.tick()
    fragments.tick()
    said = [record.levelname for record in caplog.records if record.name == fragments.__name__]
    assert said == ["ERROR"]


def test_nothing_is_drawn_again_while_there_is_no_news(asked: list[str]) -> None:
    state = Live(seen=(7,), clicked_at=100.0)
    tick(state, ME, 105.0)
    assert (asked, state.by_itself) == ([], False)


def test_news_has_the_board_drawn_again_once_and_is_no_click(asked: list[str]) -> None:
    state = Live(seen=(6,), clicked_at=100.0)
    tick(state, ME, 105.0)
    tick(state, ME, 110.0)
    assert asked == [BOARD]
    assert (state.seen, state.clicked_at, state.by_itself) == ((7,), 100.0, True)


def test_while_a_worker_has_a_job_of_the_list_its_progress_is_news(asked: list[str]) -> None:
    state = Live(seen=(7,), clicked_at=100.0, is_moving=True)
    tick(state, ME, 105.0)
    assert asked == [BOARD]


def test_ages_that_are_told_in_minutes_go_on(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    state = Live(seen=(7,), clicked_at=100.0)
    monkeypatch.setattr(live, "state", lambda: state)
    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: 100.0))
    live.moves(is_moving=False, age_seconds=IN_MINUTES)
    tick(state, ME, 399.0)
    live.moves(is_moving=False, age_seconds=70.0)
    tick(state, ME, 149.0)
    assert asked == []
    tick(state, ME, 150.0)
    assert asked == [BOARD]


def test_five_minutes_after_the_last_click_it_reads_no_more(
    asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "_events", lambda user_id: pytest.fail("it has read"))
    state = Live(seen=(6,), clicked_at=100.0)
    tick(state, ME, 100.0 + REST_SECONDS)
    assert asked == [BOARD]
    assert state.rests(100.0 + REST_SECONDS)
    assert not state.rests(99.9 + REST_SECONDS)


@pytest.mark.parametrize("by_itself", [True, False])
def test_only_a_click_uses_the_session(monkeypatch: pytest.MonkeyPatch, by_itself: bool) -> None:
    used, unused = (SignedIn(ME, "a@b.example", token) for token in ("used", "unused"))
    monkeypatch.setattr(session, "current_user", lambda: used)
    monkeypatch.setattr(session, "watching_user", lambda: unused)
    monkeypatch.setattr(live, "state", lambda: Live(by_itself=by_itself))
    assert live.reader() is (unused if by_itself else used)
