"""A console whose local stack is killed or stopped under it: what it does by itself, and what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from genjobs.data.projects import list_projects
from genjobs.data.transport.client import user_client
from genjobs.domain.errors import Unavailable
from genjobs.local import stack
from genjobs.local.ports import free_port
from genjobs.runtime import Runtime
from genjobs.settings.loading import LOCAL, Settings
from tests.auth.browser import Console, led_to, running_console
from tests.local.consoles import supervisor
from tests.local.waiting import until
from tests.stacks import SMALL, new_user, running_stack


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The home of a running stack."""
    with running_stack(tmp_path):
        yield tmp_path


@pytest.fixture
def console(home: Path) -> Iterator[Console]:
    """A console on that stack, which finds it by itself."""
    with running_console(Runtime(Settings(None, LOCAL, home))) as running:
        assert running.runtime.progress().state == "ready"
        yield running


def kill(home: Path) -> int:
    """Kill the supervisor; gives its process id."""
    killed = supervisor(home)
    killed.kill()
    return killed.pid


def until_back(home: Path, killed: int, *consoles: Console) -> None:
    def back() -> bool:
        running = stack.status(home)
        ready = all(console.runtime.progress().state == "ready" for console in consoles)
        return running is not None and supervisor(home).pid != killed and ready

    until(back, "the stack is back without being asked for")


def supervisors(home: Path) -> list[int]:
    told = [process.info for process in psutil.process_iter(["pid", "cmdline"])]
    return [one["pid"] for one in told if str(home) in (one["cmdline"] or []) and "--home" in one["cmdline"]]


def test_a_killed_stack_comes_back_by_itself_where_it_was_and_people_stay_signed_in(
    home: Path, console: Console
) -> None:
    info = stack.status(home)
    assert info is not None
    _, email, password = new_user(info)
    browser = console.browser()
    browser.post("sign-in", email=email, password=password)
    for _ in range(2):
        until_back(home, kill(home), console)
        assert console.runtime.connection().url == info.url
        assert browser.person is not None
        client = user_client(console.runtime.connection(), browser.person.access_token)
        assert list_projects(client) == []
    assert led_to(console.browser().post("sign-in", email=email, password=password)) == "/"


def test_the_console_says_when_its_database_went_and_when_it_came_back(home: Path, console: Console) -> None:
    """Even where nobody asks the database: the watch on the stack tells."""
    assert console.runtime._probe is not None
    console.runtime._probe.end()
    killed = kill(home)
    until(lambda: not console.runtime.reach().answers, "the console has noticed")
    lost = console.runtime.reach().since
    until_back(home, killed, console)
    reach = console.runtime.reach()
    assert (reach.answers, reach.lost) == (True, lost)
    assert console.runtime.progress().again is False


def test_two_consoles_start_one_stack(home: Path, console: Console) -> None:
    with running_console(Runtime(Settings(None, LOCAL, home))) as other:
        for _ in range(2):
            until_back(home, kill(home), console, other)
            assert len(supervisors(home)) == 1
            assert console.runtime.connection() == other.runtime.connection()


def starts_by_mistake(runtime: Runtime) -> None:
    """A stop starts nothing; a kill that was noticed before the stop starts the stack again."""
    last = runtime._thread
    until(runtime._backoff.is_due, "another start would be due")
    runtime._look_after("stopped")
    assert runtime._thread is last
    runtime._look_after("killed")
    assert runtime._thread is not last
    runtime.wait()


def test_a_stack_that_was_stopped_stays_so_until_somebody_starts_it(home: Path, console: Console) -> None:
    """On another port it is the same stack: who was signed in still is."""
    info = stack.status(home)
    assert info is not None
    _, email, password = new_user(info)
    browser = console.browser()
    browser.post("sign-in", email=email, password=password)
    stack.stop(home)
    until(lambda: console.runtime.progress().state == "failed", "the console has noticed")
    progress = console.runtime.progress()
    assert isinstance(progress.error, Unavailable)
    assert "was stopped" in progress.error.message
    assert progress.again is True
    assert supervisors(home) == []
    starts_by_mistake(console.runtime)
    assert (console.runtime.progress().state, supervisors(home)) == ("failed", [])
    moved = stack.ensure(home=home, options=replace(SMALL, port=free_port()))
    until(lambda: console.runtime.progress().state == "ready", "the console has joined it")
    assert console.runtime.connection().url == moved.url
    assert moved.url != info.url
    assert browser.person is not None
    assert led_to(console.browser().post("sign-in", email=email, password=password)) == "/"


def test_a_stopped_stack_is_started_by_who_presses_the_button(home: Path, console: Console) -> None:
    stack.stop(home)
    until(lambda: console.runtime.progress().state == "failed", "the console has noticed")
    before = console.runtime.connection()
    console.runtime.start()
    assert console.runtime.progress().again is True
    assert console.runtime.wait().state == "ready"
    assert console.runtime.connection() == before
    assert console.runtime.demo_people() == ()


def test_a_start_again_that_fails_is_tried_until_it_works(
    home: Path, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGREST_BIN", "/bin/false")
    killed = kill(home)
    until(lambda: console.runtime.progress().state == "failed", "the start has failed")
    until(lambda: console.runtime.progress().state == "starting", "it is tried again")
    progress = console.runtime.progress()
    assert progress.error is not None
    assert "PostgREST ended" in progress.error.message
    monkeypatch.delenv("POSTGREST_BIN")
    until_back(home, killed, console)
    assert console.runtime.progress().error is None
