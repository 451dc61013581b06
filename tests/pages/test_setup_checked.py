"""The Setup page says when it looked at the database, also when it could not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Self
from unittest.mock import PropertyMock

import pytest
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from genjobs.console.gate import guard
from genjobs.console.kit import session
from genjobs.console.kit.wording import plain
from genjobs.console.setup import reads
from genjobs.domain.people import SignedIn
from genjobs.paths import PAGES
from genjobs.runtime import install
from genjobs.setup import reading
from tests.pages.test_setup_panels import SOUND_QUEUE, SOUND_TOTALS, FakeRuntime, answering


class Watch(datetime):
    """A clock that is a second later each time that it is read."""

    moments: Iterator[datetime]

    @classmethod
    def now(cls, tz: object = None) -> Self:
        return next(cls.moments)  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody in Tokyo at a database that answers."""
    started = datetime(2026, 11, 10, 3, 59, 58, tzinfo=UTC)
    Watch.moments = (started + timedelta(seconds=passed) for passed in range(100))
    monkeypatch.setattr(reads, "datetime", Watch)
    monkeypatch.setattr(ContextProxy, "timezone", PropertyMock(return_value="Asia/Tokyo"))
    monkeypatch.setattr(guard, "require_user", lambda: SignedIn("ana", "ana@test.example", "a.user.token"))
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(reading, "read_setup", answering(None))
    monkeypatch.setattr(reading, "read_totals", answering(SOUND_TOTALS))
    monkeypatch.setattr(reading, "read_queue", answering(SOUND_QUEUE))
    install(FakeRuntime())  # type: ignore[arg-type]
    yield
    install(None)


def opened() -> AppTest:
    test = AppTest.from_file(str(PAGES / "setup.py")).run()
    assert not test.exception
    return test


def said(test: AppTest) -> str:
    [words] = [one.value for one in test.markdown if "Checked at" in one.value]
    return words


def test_check_again_shows_that_it_checked_by_the_readers_clock() -> None:
    test = opened()
    assert plain("12:59:58") in said(test)
    again = next(one for one in test.button if one.label == "Check again")
    again.click().run()
    assert plain("12:59:59") in said(test)


def test_what_was_kept_is_not_said_to_be_checked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads.setup_facts, "seconds", 1e9)
    assert plain("12:59:58") in said(opened().run())


def test_an_attempt_that_failed_has_its_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_setup", answering(None, "Unavailable"))
    before = datetime.now(UTC)
    test = opened()
    tokyo, passed = timedelta(hours=9), datetime.now(UTC) - before
    times = [before + timedelta(seconds=each) + tokyo for each in range(int(passed.total_seconds()) + 2)]
    assert any(plain(f"{one:%H:%M:%S}") in said(test) for one in times)
