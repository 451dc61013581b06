"""What a demo person sees while the demo data is being made, and that nobody else waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import ticks
from genjobs.domain.progress import DemoProgress
from genjobs.runtime import install


@dataclass
class FakeRuntime:
    """Has one made-up person, and says what it is told to say."""

    told: DemoProgress | None = None

    def demo_progress(self) -> DemoProgress | None:
        return self.told

    def demo_ids(self) -> tuple[str, ...]:
        return ("ben",)


@pytest.fixture
def fake() -> Iterator[FakeRuntime]:
    made = FakeRuntime()
    install(made)  # type: ignore[arg-type]
    yield made
    install(None)


def page(user_id: str) -> None:
    import streamlit as st

    from genjobs.console.shell import demo_data
    from genjobs.domain.people import SignedIn

    demo_data.wait_until_there(SignedIn(user_id, "somebody@test.example", "a.user.token"))
    st.text("The page")


def drawn(test: AppTest) -> list[str]:
    test.run()
    assert not test.exception
    titles = [one.value for one in test.title]
    return [*titles, *(one.value for one in test.warning), *(one.value for one in test.text)]


def test_a_made_up_person_sees_how_far_it_is_and_then_the_page(fake: FakeRuntime) -> None:
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben"})
    fake.told = DemoProgress(43, 50_012)
    assert drawn(test) == ["Creating your jobs"]
    [bar] = test.get("progress")
    assert (bar.proto.value, bar.proto.text) == (43, "Demo data: 43% of 50,012 jobs".replace(":", "\\:"))
    fake.told = None
    assert drawn(test) == ["The page"]


def test_a_tick_draws_the_progress_again_only_when_there_is_more(
    fake: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_outdated: list[Callable[[], bool]] = []
    monkeypatch.setattr(ticks, "only_if", is_outdated.append)
    fake.told = DemoProgress(43, 50_012)
    drawn(AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben"}))
    assert not is_outdated[0]()
    fake.told = DemoProgress(44, 50_012)
    assert is_outdated[0]()


def test_others_do_not_wait_for_it(fake: FakeRuntime) -> None:
    fake.told = DemoProgress(43, 50_012)
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "eve"})
    assert drawn(test) == ["The page"]


def test_a_load_that_failed_is_told_above_the_page(fake: FakeRuntime) -> None:
    fake.told = DemoProgress(0, 0, "The disk is full")
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben"})
    assert drawn(test) == ["**There is no demo data.** The disk is full", "The page"]
