"""An up-to-date database is asked again after ten minutes, one that is behind each time."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import session
from genjobs.console.shell import schema_notice
from genjobs.domain.errors import SchemaBehind
from genjobs.setup import reading

WORDS = "The database is behind this console: migrations are missing, or what they made was changed."


def script() -> None:
    import streamlit as st

    from genjobs.console.shell import schema_notice

    schema_notice.notice(st.empty())


class Told:
    """A database that tells whether it is behind, or is too old to tell, and counts how often it is asked."""

    def __init__(self) -> None:
        self.behind: bool | None = False
        self.asked = 0

    def read(self, _client: object) -> bool:
        self.asked += 1
        if self.behind is None:
            raise SchemaBehind("It is too old to tell.")
        return self.behind


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    made = Told()
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(reading, "read_setup", made.read)
    monkeypatch.setattr(reading, "is_behind", lambda behind: behind)
    return made


def warned(test: AppTest) -> bool:
    test.run()
    assert not test.exception
    return [box.value for box in test.warning] == [WORDS]


def test_a_database_that_is_up_to_date_is_asked_once_a_session(told: Told) -> None:
    for asked in (1, 2):
        test = AppTest.from_function(script)
        assert [warned(test) for _ in range(3)] == [False] * 3
        assert told.asked == asked


@pytest.mark.parametrize("behind", [True, None])
def test_one_that_is_behind_is_asked_until_it_is_not(told: Told, behind: bool | None) -> None:
    test = AppTest.from_function(script)
    told.behind = behind
    assert [warned(test) for _ in range(2)] == [True, True]
    told.behind = False
    assert [warned(test) for _ in range(2)] == [False, False]
    assert told.asked == 3


def test_it_is_asked_again_after_ten_minutes(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    test, at = AppTest.from_function(script), iter((0.0, 599.0, 600.0))

    def clock() -> float:
        return next(at)

    monkeypatch.setattr(schema_notice, "time", type("Clock", (), {"monotonic": staticmethod(clock)}))
    for asked in (1, 1, 2):
        assert not warned(test)
        assert told.asked == asked
