"""The console's start: on the local stack, again after it has gone, and without waiting."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from genjobs.domain.errors import SettingsError, Unavailable
from genjobs.local import stack
from genjobs.local.ports import free_port
from genjobs.runtime import Runtime
from genjobs.settings.loading import LOCAL, Settings
from tests.auth.browser import Browser, Console, hosted, led_to, running_console
from tests.stacks import SMALL, new_user, running_stack


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of a running stack with demo people."""
    place = tmp_path_factory.mktemp("home")
    with running_stack(place, replace(SMALL, demo=True)):
        yield place


@pytest.fixture(scope="module")
def local(home: Path) -> Iterator[Console]:
    """A console with nothing configured."""
    with running_console(Runtime(Settings(None, LOCAL, home))) as running:
        yield running


@pytest.fixture
def visitor(local: Console) -> Browser:
    return local.browser()


def test_with_nothing_configured_it_joins_the_local_stack(local: Console, home: Path) -> None:
    running = stack.status(home)
    assert running is not None
    assert local.runtime.is_local
    assert local.runtime.connection().url == running.url
    assert local.runtime.demo_people() == running.demo_people


def test_a_demo_person_signs_in_by_one_click(local: Console, visitor: Browser) -> None:
    person = local.runtime.demo_people()[1]
    assert led_to(visitor.post("demo", email=person.email, next="/projects")) == "/projects"
    assert visitor.person is not None
    assert visitor.person.email == person.email


def test_nobody_else_signs_in_by_one_click(local: Console, visitor: Browser) -> None:
    visitor.post("sign-up", email="real@test.example", password="correct horse battery")
    other = local.browser()
    assert led_to(other.post("demo", email="real@test.example")) == "/?notice=no_such_person"
    assert other.person is None


def test_mail_of_this_machine_is_shown_to_whom_it_was_sent(local: Console, visitor: Browser) -> None:
    email = local.runtime.demo_people()[0].email
    visitor.post("code", email=email)
    mail = local.runtime.outbox(email)[0]
    assert (mail.to, len(mail.code)) == (email, 6)
    assert local.runtime.outbox("nobody@test.example") == []
    assert local.runtime.outbox("") == []


def test_a_session_outlives_a_stack_that_went_and_came_back(tmp_path: Path) -> None:
    runtime = Runtime(Settings(None, LOCAL, tmp_path))
    with running_stack(tmp_path, replace(SMALL, demo=True)), running_console(runtime) as console:
        browser = console.browser()
        browser.post("demo", email=runtime.demo_people()[0].email)
        runtime.start()
        assert runtime.progress().state == "ready"
        stack.stop(tmp_path)
        runtime.start()
        assert runtime.wait().state == "ready"
        assert browser.person is not None
        assert led_to(browser.post("demo", email=runtime.demo_people()[0].email)) == "/"


def test_a_session_outlives_a_console_and_a_stack_that_came_back_elsewhere(tmp_path: Path) -> None:
    with running_stack(tmp_path) as info:
        _, email, password = new_user(info)
        with running_console(Runtime(Settings(None, LOCAL, tmp_path))) as console:
            browser = console.browser()
            browser.post("sign-in", email=email, password=password)
            session = browser.session_id
        stack.stop(tmp_path)
        assert stack.ensure(home=tmp_path, options=replace(SMALL, port=free_port())).url != info.url
        with running_console(Runtime(Settings(None, LOCAL, tmp_path))) as console:
            assert console.runtime.sessions().current(session) is not None


def test_nothing_can_be_asked_before_it_is_ready(tmp_path: Path) -> None:
    runtime = Runtime(Settings(None, LOCAL, tmp_path))
    assert runtime.progress().state == "starting"
    for ask in (runtime.sessions, runtime.connection):
        with pytest.raises(Unavailable, match="starting"):
            ask()


def test_a_start_that_failed_says_why_and_can_be_tried_again(tmp_path: Path) -> None:
    in_the_way = tmp_path / "console"
    in_the_way.write_text("not a folder")
    runtime = hosted("http://127.0.0.1:9", "sb_publishable_x", tmp_path)
    runtime.start()
    progress = runtime.wait()
    assert progress.state == "failed"
    assert isinstance(progress.error, Unavailable)
    with pytest.raises(Unavailable, match="cannot be used"):
        runtime.sessions()
    in_the_way.unlink()
    runtime.start()
    assert runtime.wait().state == "ready"
    runtime.close()


def test_without_the_local_extra_the_way_out_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "genjobs.local.stack", None)
    runtime = Runtime(Settings(None, LOCAL, tmp_path))
    runtime.start()
    error = runtime.wait().error
    assert isinstance(error, SettingsError)
    assert '".[local]"' in error.hint
