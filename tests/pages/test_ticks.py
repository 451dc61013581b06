"""A tick is run only if it has something new to draw, and what is watched is looked at beside the pages."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Callable

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.fragment import MemoryFragmentStorage

from genjobs.console.kit import fragments, ticks
from genjobs.console.kit.ticks import Ticks, Watch
from tests.coroutines import run

HERE = "fragment"


def note(session: AppSession, client_state: ClientState | None = None) -> None:
    assert isinstance(session, Session)
    session.reruns.append(client_state.fragment_id if client_state else "")


class Session(AppSession):
    """A session that notes its reruns instead of running anything."""

    _handle_rerun_script_request = ticks.ask_first(note)  # type: ignore[assignment]

    def __init__(self) -> None:
        self._fragment_storage = MemoryFragmentStorage()
        self._state = AppSessionState.SHUTDOWN_REQUESTED
        self.reruns: list[str] = []

    def handle_backmsg_exception(self, e: BaseException) -> None:
        raise e

    def asked(self, is_tick: bool) -> list[str]:
        """What runs after the browser has asked for the fragment."""
        message = BackMsg()
        message.rerun_script.fragment_id, message.rerun_script.is_auto_rerun = HERE, is_tick
        self.handle_backmsg(message)
        return self.reruns


@pytest.fixture
def session() -> Session:
    """A session whose fragment has been drawn, and nothing is new."""
    made = Session()
    of(made).is_outdated[HERE], of(made).looker = (lambda: False), HERE
    return made


def of(session: Session) -> Ticks:
    return ticks._of(session._fragment_storage)


def test_a_tick_with_nothing_new_is_skipped_but_a_click_never_is(session: Session) -> None:
    assert session.asked(is_tick=True) == []
    assert session.asked(is_tick=False) == [HERE]


@pytest.mark.parametrize("whole_page", [True, False])
def test_what_a_run_was_to_draw_is_not_there_before_the_fragment_says_so(
    session: Session, whole_page: bool
) -> None:
    """The run may be broken off: then the next tick draws it."""
    of(session).begin("" if whole_page else HERE)
    assert session.asked(is_tick=True) == [HERE]


def test_only_the_fragment_that_shows_news_looks_for_it(session: Session) -> None:
    of(session).watched, of(session).looker = Watch(lambda: pytest.fail("it looks"), lambda: None), "another"
    run(looked(session))
    assert session.reruns == []


def test_a_tick_with_something_new_runs(session: Session) -> None:
    of(session).is_outdated[HERE] = lambda: True
    assert session.asked(is_tick=True) == [HERE]


def test_a_tick_of_a_fragment_that_says_nothing_runs(session: Session) -> None:
    of(session).is_outdated.clear()
    assert session.asked(is_tick=True) == [HERE]


def test_a_tick_that_cannot_be_checked_runs_and_is_logged(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    of(session).is_outdated[HERE] = lambda: bool(1 / 0)
    assert session.asked(is_tick=True) == [HERE]
    assert [record.levelname for record in caplog.records if record.name == ticks.__name__] == ["ERROR"]


@pytest.mark.parametrize(("has_news", "runs"), [(lambda: True, 1), (lambda: False, 0), (lambda: 1 / 0, 1)])
def test_a_tick_runs_after_news_or_a_failed_look(
    session: Session, has_news: Callable[[], bool], runs: int
) -> None:
    of(session).watched = Watch(has_news, lambda: None)
    run(looked(session))
    assert session.reruns == [HERE] * runs


async def looked(session: Session) -> None:
    session.asked(is_tick=True)
    await answered(session)


async def answered(session: Session) -> None:
    while of(session).is_looking:
        await asyncio.sleep(0)


def test_a_slow_look_holds_up_nothing_and_is_not_repeated_meanwhile(session: Session) -> None:
    answer, looks = threading.Event(), []

    def has_news() -> bool:
        looks.append(threading.current_thread().name)
        return answer.wait(60)

    async def three_ticks() -> None:
        for _ in range(3):
            assert session.asked(is_tick=True) == []
        answer.set()
        await answered(session)

    of(session).watched = Watch(has_news, lambda: None)
    run(three_ticks())
    for one in threading.enumerate():
        if one.name == "page-watch":
            one.join()
    assert looks == ["page-watch"]
    assert session.reruns == [HERE]


def clicks(session: Session) -> None:
    session.asked(is_tick=False)


def ticks_again(session: Session) -> None:
    of(session).is_outdated[HERE] = lambda: True
    session.asked(is_tick=True)


@pytest.mark.parametrize("runs", [clicks, ticks_again])
def test_news_that_comes_after_another_run_runs_nothing(
    session: Session, runs: Callable[[Session], None]
) -> None:
    """The browser may have sent older choices with the tick that looked."""
    answer = threading.Event()

    async def look_and_run() -> None:
        session.asked(is_tick=True)
        runs(session)
        answer.set()
        await answered(session)

    of(session).watched = Watch(lambda: answer.wait(60), lambda: None)
    run(look_and_run())
    assert session.reruns == [HERE]


def test_the_ticks_of_a_tab_that_is_closed_are_forgotten() -> None:
    closed = Session()
    remembered = weakref.ref(of(closed))
    assert remembered() is of(closed)
    del closed
    assert remembered() is None


@pytest.fixture
def watching(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    """The ticks of the tab whose script runs."""
    made = Ticks()
    monkeypatch.setattr(ticks, "_current", lambda: made)
    monkeypatch.setattr(ticks, "_fragment_id", lambda: HERE)
    return made


@pytest.mark.parametrize("is_whole_page", [True, False])
def test_news_is_shown_unless_the_whole_page_is_drawn(
    watching: Ticks, monkeypatch: pytest.MonkeyPatch, is_whole_page: bool
) -> None:
    shown: list[bool] = []
    monkeypatch.setattr(fragments, "is_whole_page", lambda: is_whole_page)

    def watch(has_news: bool) -> None:
        ticks.watch(Watch(lambda: has_news, lambda: shown.append(has_news)))

    for has_news in (True, False):
        watch(has_news)
        ticks.tick()
    ticks.watch(None)
    ticks.tick()
    assert shown == ([] if is_whole_page else [True])
    assert watching.looker == HERE


def test_a_look_that_fails_is_the_last_and_stops_nothing_else(
    watching: Ticks, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(fragments, "is_whole_page", lambda: False)
    ticks.watch(Watch(lambda: bool(1 / 0), lambda: None))
    ticks.tick()
    ticks.tick()
    said = [record.levelname for record in caplog.records if record.name == ticks.__name__]
    assert (said, watching.watched) == (["ERROR"], None)
