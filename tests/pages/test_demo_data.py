"""What a demo person sees while the demo data is being made, and that nobody else waits for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, repeat

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.gate import guard
from genjobs.console.kit import reads, ticks
from genjobs.console.shell import demo_data, schema_notice, sidebar
from genjobs.console.shell import page as shell_page
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


def page(user_id: str, needs_all: bool = False) -> None:
    import streamlit as st

    from genjobs.console.shell import demo_data
    from genjobs.domain.people import SignedIn

    demo_data.wait_until_there(SignedIn(user_id, "somebody@test.example", "a.user.token"), needs_all)
    st.text("The page")


def drawn(test: AppTest) -> list[str]:
    test.run()
    assert not test.exception
    titles = [one.value for one in test.title]
    lines = [one.value for one in test.markdown if "lder " in one.value]
    return [*titles, *(one.value for one in test.warning), *lines, *(one.value for one in test.text)]


def test_a_made_up_person_sees_how_far_it_is_and_then_the_page(fake: FakeRuntime) -> None:
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben"})
    fake.told = DemoProgress(43, 21_012)
    assert drawn(test) == ["Creating your jobs"]
    [bar] = test.get("progress")
    assert (bar.proto.value, bar.proto.text) == (43, "Demo data: 43%, 21,012 jobs so far".replace(":", "\\:"))
    fake.told = None
    assert drawn(test) == ["The page"]


def test_recent_jobs_are_enough_for_most_pages_and_older_ones_are_announced(fake: FakeRuntime) -> None:
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben"})
    fake.told = DemoProgress(43, 21_012, has_recent=True)
    line, text = drawn(test)
    assert "Demo data\\: 43%, 21,012 jobs so far. Older jobs are still being added, so totals grow." in line
    assert text == "The page"
    fake.told = DemoProgress(100, 21_012, has_recent=True)
    assert drawn(test) == ["The page"]


def test_a_page_that_needs_all_jobs_waits_for_all(fake: FakeRuntime) -> None:
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben", "needs_all": True})
    fake.told = DemoProgress(43, 21_012, has_recent=True)
    assert drawn(test) == ["Creating your jobs"]
    fake.told = DemoProgress(100, 21_012, has_recent=True)
    assert drawn(test) == ["The page"]


@dataclass(frozen=True)
class FakePage:
    """A page that draws nothing."""

    url_path: str

    def run(self) -> None:
        pass


def test_only_costs_needs_all_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    needs: dict[str, bool] = {}
    monkeypatch.setattr(guard, "require_user", lambda: None)
    monkeypatch.setattr(sidebar, "draw", lambda me: None)
    monkeypatch.setattr(schema_notice, "notice", lambda top: None)
    for name in ("jobs-test", "costs", "projects", "setup"):
        monkeypatch.setattr(
            demo_data, "wait_until_there", lambda me, needs_all, at=name: needs.update({at: needs_all})
        )
        shell_page.run(FakePage(name))  # type: ignore[arg-type]
    assert needs == {"jobs-test": False, "costs": True, "projects": False, "setup": False}


def test_what_was_read_before_the_older_jobs_came_is_read_again(
    fake: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(reads, "forget", lambda: forgotten.append("all"))
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben"})
    fake.told = recent = DemoProgress(99, 21_012, has_recent=True)
    drawn(test)
    assert not forgotten
    told = chain([recent], repeat(None))
    monkeypatch.setattr(fake, "demo_progress", lambda: next(told))
    assert "The older demo jobs are there now." in drawn(test)[0]
    assert forgotten == ["all"]
    monkeypatch.setattr(fake, "demo_progress", lambda: None)
    test.button[0].click()
    assert drawn(test) == ["The page"]


def test_a_tick_draws_the_progress_again_only_when_there_is_more(
    fake: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_outdated: list[Callable[[], bool]] = []
    monkeypatch.setattr(ticks, "only_if", is_outdated.append)
    fake.told = DemoProgress(43, 21_012)
    drawn(AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben"}))
    assert not is_outdated[0]()
    fake.told = DemoProgress(44, 21_012)
    assert is_outdated[0]()


def test_others_do_not_wait_for_it(fake: FakeRuntime) -> None:
    fake.told = DemoProgress(43, 21_012)
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "eve"})
    assert drawn(test) == ["The page"]


@pytest.mark.parametrize(
    ("has_recent", "missing"),
    [(False, "There is no demo data."), (True, "Some of the demo data is missing.")],
)
def test_a_load_that_failed_is_told_above_the_page(fake: FakeRuntime, has_recent: bool, missing: str) -> None:
    fake.told = DemoProgress(0, 0, "The disk is full", has_recent)
    test = AppTest.from_function(page, default_timeout=30, kwargs={"user_id": "ben", "needs_all": True})
    again = "To load the rest, stop the stack and start it again: `genjobs local stop`"
    assert drawn(test) == [f"**{missing}** The disk is full  \n{again}", "The page"]
