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
from genjobs.domain.errors import Unavailable
from genjobs.domain.people import SignedIn
from genjobs.domain.queue import QueueHealth
from genjobs.domain.reach import Reach
from genjobs.domain.totals import TotalsHealth, TotalsState
from genjobs.paths import PAGES
from genjobs.runtime import install
from genjobs.settings.connection import Connection
from genjobs.setup import reading


class Watch(datetime):
    """A clock that is a second later each time that it is read."""

    moments: Iterator[datetime]

    @classmethod
    def now(cls, tz: object = None) -> Self:
        return next(cls.moments)  # type: ignore[return-value]


class FakeRuntime:
    """A local stack."""

    is_local = True

    def connection(self) -> Connection:
        return Connection("http://127.0.0.1:54321", "key")

    def reach(self, access_token: str = "") -> Reach:
        return Reach()

    def look_soon(self) -> None:
        pass

    def demo_ids(self) -> tuple[str, ...]:
        return ()


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Somebody in Tokyo at a database that answers."""
    started = datetime(2026, 11, 10, 3, 59, 58, tzinfo=UTC)
    Watch.moments = (started + timedelta(seconds=passed) for passed in range(100))
    monkeypatch.setattr(reads, "datetime", Watch)
    monkeypatch.setattr(ContextProxy, "timezone", PropertyMock(return_value="Asia/Tokyo"))
    monkeypatch.setattr(guard, "require_user", lambda: SignedIn("ana", "ana@test.example", "a.user.token"))
    monkeypatch.setattr(session, "client", lambda: None)
    sound = TotalsHealth(TotalsState.COMPLETE, 0, None, 0, 1, 0, ())
    monkeypatch.setattr(reading, "read_setup", lambda client: None)
    monkeypatch.setattr(reading, "read_totals", lambda client: sound)
    monkeypatch.setattr(reading, "read_queue", lambda client: QueueHealth(0, None, 0, 0, 1, 0, None))
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
    def away(client: object) -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(reading, "read_setup", away)
    before = datetime.now(UTC)
    test = opened()
    tokyo = timedelta(hours=9)
    times = [before + timedelta(seconds=passed) + tokyo for passed in range(120)]
    assert any(plain(f"{one:%H:%M:%S}") in said(test) for one in times)
