"""A page that nobody clicks, on a stack of its own whose parts are killed and stopped."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, expect

from genjobs.local import stack as stacks
from genjobs.local.stack import StackInfo
from tests.browser.conftest import Arrival
from tests.browser.consoles import running_console
from tests.browser.visitor import Visitor
from tests.data.people import newcomer
from tests.local.consoles import frozen, part, supervisor
from tests.local.waiting import until
from tests.stacks import SMALL, running_stack

OUT, BACK = "The database is out of reach", "The database is back"
AWAY_SECONDS = 120.0
PATIENCE = 60_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outages")


@pytest.fixture(scope="module")
def stack(home: Path) -> Iterator[StackInfo]:
    with running_stack(home, SMALL) as running:
        yield running


@pytest.fixture(scope="module")
def console(stack: StackInfo, home: Path) -> Iterator[str]:
    with running_console(home) as address:
        yield address


@pytest.fixture(scope="module")
def hosted(stack: StackInfo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A console that takes the stack for a hosted project."""
    project = {"SUPABASE_URL": stack.url, "SUPABASE_KEY": stack.publishable_key}
    with running_console(tmp_path_factory.mktemp("hosted"), project) as address:
        yield address


def serves_after(home: Path, killed: psutil.Process) -> bool:
    """Whether a stack is ready that another supervisor than `killed` brought up."""
    return stacks.status(home) is not None and supervisor(home).pid != killed.pid


def signed_in(visitor: Visitor, stack: StackInfo, path: str = "/projects") -> Visitor:
    visitor.sign_in(newcomer(stack), path)
    visitor.settle()
    expect(visitor.page.get_by_text(OUT)).to_have_count(0)
    return visitor


def notices(visitor: Visitor, text: str) -> None:
    """Wait for a notice beside the page, with nothing done to it."""
    beside = visitor.page.locator("[data-testid=stSidebar]")
    expect(beside.get_by_text(text).first).to_be_visible(timeout=PATIENCE)


def announced(visitor: Visitor, text: str) -> Locator:
    """What stands for some seconds in a corner of the page, also where the menu is closed."""
    return visitor.page.get_by_test_id("stToast").get_by_text(text)


@pytest.fixture(params=["local", "hosted"])
def anywhere(request: pytest.FixtureRequest, console: str, hosted: str) -> str:
    return console if request.param == "local" else hosted


def test_a_page_that_nobody_clicks_says_that_the_database_hangs_and_when_it_is_back(
    arrive: Arrival, anywhere: str, stack: StackInfo, home: Path
) -> None:
    visitor = signed_in(arrive(anywhere), stack)
    with frozen(part(home, "postgres")):
        expect(announced(visitor, OUT)).to_be_visible(timeout=PATIENCE)
        notices(visitor, OUT)
    notices(visitor, BACK)
    expect(announced(visitor, BACK)).to_be_visible()


def test_a_killed_supervisor_is_replaced_while_nobody_clicks_and_the_person_stays(
    arrive: Arrival, console: str, stack: StackInfo, home: Path
) -> None:
    visitor = signed_in(arrive(console), stack)
    killed = supervisor(home)
    killed.kill()
    until(lambda: serves_after(home, killed), "another supervisor serves")
    visitor.page.get_by_role("link", name="Jobs test").click()
    visitor.heading("Jobs test")
    visitor.sees("Start with a project")


def test_a_page_opened_while_the_stack_is_away_comes_by_itself(
    arrive: Arrival, console: str, stack: StackInfo, home: Path
) -> None:
    visitor = signed_in(arrive(console), stack)
    supervisor(home).kill()
    visitor.page.get_by_role("link", name="Costs").click()
    expect(visitor.page.get_by_role("link", name="Create a job")).to_be_visible(timeout=PATIENCE)


def test_to_watch_is_no_click(arrive: Arrival, console: str, stack: StackInfo, home: Path) -> None:
    visitor = signed_in(arrive(console), stack)
    with closing(sqlite3.connect(home / "console" / "sessions.sqlite3", isolation_level=None)) as store:
        then = time.time() - AWAY_SECONDS
        store.execute("update sessions_1 set seen_at = ?", [then])
        with frozen(part(home, "postgres")):
            notices(visitor, OUT)
        notices(visitor, BACK)
        assert store.execute("select distinct seen_at from sessions_1").fetchall() == [(then,)]
        visitor.page.get_by_role("link", name="Jobs test").click()
        visitor.heading("Jobs test")
        assert store.execute("select max(seen_at) > ? from sessions_1", [then]).fetchall() == [(1,)]


def test_a_stopped_stack_stays_so_until_the_person_starts_it(
    arrive: Arrival, console: str, stack: StackInfo, home: Path
) -> None:
    visitor = signed_in(arrive(console), stack)
    stacks.stop(home)
    notices(visitor, "was stopped")
    visitor.page.get_by_role("link", name="Costs").click()
    visitor.sees("The database has stopped")
    visitor.button("Start it again").click()
    expect(visitor.page.get_by_role("link", name="Create a job")).to_be_visible(timeout=PATIENCE)
