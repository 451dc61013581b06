"""The switch of the live demo, which all sessions of a console share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import outage, ticks
from genjobs.domain.reach import Reach
from genjobs.runtime import install


@dataclass
class FakeDemo:
    is_on: bool = False

    def turn_on(self) -> None:
        self.is_on = True

    def turn_off(self) -> None:
        self.is_on = False


@dataclass
class FakeRuntime:
    is_local: bool = True
    live: FakeDemo = field(default_factory=FakeDemo)

    def reach(self, access_token: str = "") -> Reach:
        return Reach()


@pytest.fixture
def fake() -> Iterator[FakeRuntime]:
    made = FakeRuntime()
    install(made)  # type: ignore[arg-type]
    yield made
    install(None)


def page() -> None:
    from genjobs.console.shell import sidebar
    from genjobs.domain.people import SignedIn

    sidebar.draw(SignedIn("u", "ana@example.com", "token"))


def test_the_switch_turns_the_live_demo_on_and_off_and_shows_what_others_did(fake: FakeRuntime) -> None:
    test = AppTest.from_function(page).run()
    for is_on in (True, False):
        test.toggle[0].set_value(is_on).run()
        assert (test.toggle[0].value, fake.live.is_on) == (is_on, is_on)
    for is_on in (True, False):
        fake.live.is_on = is_on
        assert test.run().toggle[0].value is is_on
    assert not test.exception


def counted_page() -> None:
    import streamlit as st

    from genjobs.console.shell import sidebar
    from genjobs.domain.people import SignedIn

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    sidebar.draw(SignedIn("u", "ana@example.com", "token"))


def test_the_switch_draws_the_whole_page_once_more_so_that_a_resting_list_wakes(fake: FakeRuntime) -> None:
    test = AppTest.from_function(counted_page).run()
    assert test.session_state["runs"] == 1
    test.toggle[0].set_value(True).run()
    assert test.session_state["runs"] == 3
    assert fake.live.is_on


def test_what_opens_the_menu_to_sign_out_can_be_read_while_it_is_open(fake: FakeRuntime) -> None:
    test = AppTest.from_function(page).run()
    assert test.get("popover")[0].proto.popover.type == "secondary"
    assert test.text[0].value == "ana@example.com"


def test_a_tick_draws_the_switch_again_when_somebody_else_has_used_it(
    fake: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_outdated: list[Callable[[], bool]] = []
    monkeypatch.setattr(ticks, "only_if", is_outdated.append)
    AppTest.from_function(page).run()
    assert not is_outdated[0]()
    fake.live.turn_on()
    assert is_outdated[0]()


def test_the_switch_is_drawn_by_what_ticks(fake: FakeRuntime, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(AppTest.from_function(page).run().toggle) == 1
    monkeypatch.setattr(outage, "notice", lambda *_: None)
    assert len(AppTest.from_function(page).run().toggle) == 0
