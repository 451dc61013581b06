"""What the screen shows while the database is out of reach and afterwards, also on a local stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.auth.error_codes import MEANINGS
from genjobs.console.kit import ticks
from genjobs.console.kit.local_stack_advice import HINTS
from genjobs.data import reach
from genjobs.data.transport.error_codes import CODES, TRANSPORT
from genjobs.domain.errors import Unavailable
from genjobs.domain.progress import Progress
from genjobs.domain.reach import Reach
from genjobs.domain.times import clock, named_zone
from genjobs.runtime import install

MEANT_FOR_HOSTED = ("SUPABASE_", "network")
STOPPED = Unavailable(
    "The database on this machine was stopped.", hint="To start it again: genjobs local start"
)


@dataclass
class FakeRuntime:
    """Says what it is told to say."""

    is_local: bool = True
    told: Reach = field(default_factory=Reach)
    state: Progress = field(default_factory=lambda: Progress("ready"))
    tokens: list[str] = field(default_factory=list)
    looks: int = 0

    def reach(self, access_token: str = "") -> Reach:
        self.tokens.append(access_token)
        return self.told

    def progress(self) -> Progress:
        return self.state

    def look_soon(self) -> None:
        self.looks += 1

    def start(self) -> None:
        self.state = Progress("starting", again=True)


@pytest.fixture
def fake() -> Iterator[FakeRuntime]:
    made = FakeRuntime()
    install(made)  # type: ignore[arg-type]
    yield made
    install(None)


def drawn(script: Callable[[], None]) -> AppTest:
    test = AppTest.from_function(script).run()
    assert not test.exception
    return test


def notice() -> None:
    from genjobs.console.kit import outage

    outage.notice("a.user.token")


def words(test: AppTest) -> str:
    boxes = [*test.error, *test.success, *test.markdown]
    return " ".join(box.value for box in boxes).replace("\\", "")


def time_of(moment: datetime) -> str:
    return clock(moment, datetime.now(UTC), named_zone("UTC"))


def ago(**past: float) -> datetime:
    return datetime.now(UTC) - timedelta(**past)


def test_while_all_is_well_nothing_is_said(fake: FakeRuntime) -> None:
    test = drawn(notice)
    assert words(test) == ""
    assert fake.tokens == ["a.user.token"]


@pytest.mark.parametrize("told", [Reach(), Reach(answers=False, since=datetime.now(UTC))])
def test_what_another_page_watched_is_watched_no_more(fake: FakeRuntime, told: Reach) -> None:
    def script() -> None:
        import streamlit as st

        from genjobs.console.kit import outage, ticks

        ticks.watch(ticks.Watch(lambda: False, lambda: None))
        before = ticks._current()
        assert before
        assert before.watched
        outage.notice("a.user.token")
        st.session_state.watched = before.watched

    fake.told = told
    assert drawn(script).session_state["watched"] is None


@pytest.fixture
def is_outdated(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], bool]]:
    """What the fragments drawn have told about whether a tick would draw something else."""
    found: list[Callable[[], bool]] = []
    monkeypatch.setattr(ticks, "only_if", found.append)
    return found


def test_a_tick_draws_the_notice_again_when_it_would_say_something_else(
    fake: FakeRuntime, is_outdated: list[Callable[[], bool]]
) -> None:
    drawn(notice)
    assert [is_outdated[0]() for _ in range(2)] == [False, False]
    assert fake.tokens == ["a.user.token"] * 3, "the probe goes on while a page is open"
    fake.told = Reach(answers=False, since=ago(seconds=20))
    assert is_outdated[0]()
    drawn(notice)
    assert not is_outdated[1]()
    fake.state = Progress("starting", again=True)
    assert is_outdated[1]()
    fake.told = Reach(answers=True, since=ago(minutes=9.9), lost=ago(minutes=12))
    drawn(notice)
    assert not is_outdated[2]()
    fake.told = Reach(answers=True, since=ago(minutes=10.1), lost=ago(minutes=12))
    assert is_outdated[2]()


def test_a_tick_draws_a_page_that_failed_again_only_once_the_database_is_back(
    fake: FakeRuntime, is_outdated: list[Callable[[], bool]]
) -> None:
    fake.told = Reach(answers=False, since=ago(seconds=1))
    drawn(failing)
    assert not is_outdated[0]()
    fake.told = Reach(answers=True, since=datetime.now(UTC) + timedelta(seconds=5), lost=ago(seconds=1))
    assert is_outdated[0]()


def test_a_tick_draws_the_start_again_only_after_a_step(
    fake: FakeRuntime, is_outdated: list[Callable[[], bool]]
) -> None:
    fake.state = Progress("starting")
    drawn(waiting)
    assert not is_outdated[0]()
    fake.state = fake.state.after("Creating the database")
    assert is_outdated[0]()


def test_an_outage_is_said_with_its_time(fake: FakeRuntime) -> None:
    since = ago(seconds=20)
    fake.told = Reach(answers=False, since=since)
    said = words(drawn(notice))
    assert f"**The database is out of reach** since {time_of(since)}." in said
    assert "SUPABASE" not in said


def test_what_the_console_does_about_it_is_said(fake: FakeRuntime) -> None:
    fake.told = Reach(answers=False, since=ago(seconds=20))
    fake.state = Progress("starting", again=True)
    assert "The console is restarting it." in words(drawn(notice))
    fake.state = Progress("failed", error=STOPPED, again=True)
    assert "was stopped. To start it again: genjobs local start" in words(drawn(notice))


def test_a_change_is_announced_once_wherever_one_is_on_the_page(fake: FakeRuntime) -> None:
    def toasts() -> list[str]:
        test.run()
        assert all(len(one.value.splitlines()) == 1 for one in test.toast)
        return [one.icon for one in test.toast]

    test = AppTest.from_function(notice)
    gone, here = [":material/cloud_off:"], [":material/cloud_done:"]
    assert toasts() == []
    fake.told = Reach(answers=False, since=ago(seconds=20))
    assert [toasts(), toasts()] == [gone, []]
    fake.state = Progress("starting", again=True)
    assert toasts() == []
    fake.told = Reach(answers=True, since=ago(seconds=1), lost=ago(seconds=20))
    assert [toasts(), toasts()] == [here, []]
    fake.told = Reach(answers=True, since=ago(minutes=11), lost=ago(minutes=12))
    assert toasts() == []


def test_who_comes_during_an_outage_is_told_and_who_comes_after_it_is_not(fake: FakeRuntime) -> None:
    """On a phone, the menu with the notice is closed."""
    fake.told = Reach(answers=False, since=ago(seconds=20))
    assert len(drawn(notice).toast) == 1
    fake.told = Reach(answers=True, since=ago(seconds=1), lost=ago(seconds=20))
    assert not drawn(notice).toast


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 second."), (7, "7 seconds."), (119, "119 seconds."), (300, "5 minutes.")]
)
def test_the_end_of_an_outage_is_said_with_its_length(fake: FakeRuntime, seconds: float, said: str) -> None:
    since = ago(seconds=30)
    fake.told = Reach(answers=True, since=since, lost=since - timedelta(seconds=seconds))
    test = drawn(notice)
    assert f"**The database is back** since {time_of(since)}. It was out of reach for {said}" in words(test)


@pytest.mark.parametrize(("minutes", "is_said"), [(9, True), (11, False)])
def test_an_outage_of_long_ago_is_said_no_more(fake: FakeRuntime, minutes: int, is_said: bool) -> None:
    fake.told = Reach(answers=True, since=ago(minutes=minutes), lost=ago(minutes=12))
    assert bool(words(drawn(notice))) is is_said


def failing() -> None:
    import streamlit as st

    from genjobs.console.kit import outage

    st.session_state.runs = st.session_state.get("runs", 0) + 1
    if st.session_state.runs == 1:
        outage.try_again()


def test_a_page_that_failed_has_the_database_looked_at_and_waits_for_its_return(fake: FakeRuntime) -> None:
    fake.told = Reach(answers=False, since=ago(seconds=1))
    test = drawn(failing)
    assert [button.label for button in test.button] == ["Try again"]
    assert (fake.looks, test.session_state.runs) == (1, 1)


def test_a_page_that_failed_is_drawn_again_once_the_database_is_back(fake: FakeRuntime) -> None:
    fake.told = Reach(answers=True, since=datetime.now(UTC) + timedelta(seconds=5), lost=ago(seconds=1))
    assert drawn(failing).session_state.runs == 2


def test_a_page_that_failed_is_not_drawn_again_while_the_database_is_away(fake: FakeRuntime) -> None:
    fake.told = Reach(answers=False, since=datetime.now(UTC) + timedelta(seconds=5))
    assert drawn(failing).session_state.runs == 1


@pytest.mark.parametrize("since", [None, ago(seconds=1)])
def test_a_page_that_fails_while_all_is_well_is_not_drawn_for_ever(
    fake: FakeRuntime, since: datetime | None
) -> None:
    fake.told = Reach(answers=True, since=since)
    assert drawn(failing).session_state.runs == 1


def unreachable() -> None:
    import httpx

    from genjobs.console.kit import error_messages
    from genjobs.data.transport.translation import mapped

    with error_messages.reported(), mapped("list the projects"):
        raise httpx.ConnectError("refused")


def test_advice_of_the_local_stack_never_speaks_of_a_hosted_project(fake: FakeRuntime) -> None:
    said = words(drawn(unreachable))
    assert "restarts the database on this machine by itself" in said
    assert not any(word in said for word in MEANT_FOR_HOSTED)
    fake.is_local = False
    assert "SUPABASE_URL" in words(drawn(unreachable))


def test_what_was_stopped_is_not_said_to_come_back_by_itself(fake: FakeRuntime) -> None:
    assert "restarts" in words(drawn(unreachable))
    fake.state = Progress("failed", error=STOPPED, again=True)
    told = words(drawn(unreachable))
    assert "genjobs local start" in told
    assert "by itself" not in told


def test_every_advice_meant_for_hosted_projects_has_one_for_the_local_stack() -> None:
    hints = {code: meaning.hint for code, meaning in (CODES | MEANINGS).items()}
    hints |= {kind.__name__: meaning.hint for kind, meaning in TRANSPORT.items()}
    foreign = {code for code, hint in hints.items() if any(word in hint for word in MEANT_FOR_HOSTED)}
    assert foreign == set(HINTS)
    assert not any(word in hint for hint in HINTS.values() for word in MEANT_FOR_HOSTED)


def waiting() -> None:
    from genjobs.console.shell import startup

    startup.wait_until_ready()


def title(test: AppTest) -> str:
    return str(test.title[0].value)


def test_a_first_start_and_one_again_are_told_apart(fake: FakeRuntime) -> None:
    fake.state = Progress("starting")
    assert title(drawn(waiting)) == "Starting"
    fake.state = Progress("starting", error=Unavailable("PostgREST ended."), again=True)
    test = drawn(waiting)
    assert title(test) == "Starting again"
    assert "you stay signed in" in words(test)
    assert "PostgREST ended." in words(test)


def test_a_stopped_database_can_be_started_from_the_page(fake: FakeRuntime) -> None:
    fake.state = Progress("failed", error=STOPPED, again=True)
    test = drawn(waiting)
    assert title(test) == "The database has stopped"
    test.button[0].click().run()
    assert title(test) == "Starting again"


def test_a_page_that_nobody_clicks_says_within_15_seconds_that_the_database_is_away() -> None:
    """The longest way: a look just before it went, the next one without an answer, a page just redrawn."""
    assert reach.EVERY_SECONDS + reach.PATIENCE_SECONDS + ticks.SECONDS < 15
