"""The dialog of budgets: what it offers, and what it says if something fails."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.costs import budgets
from genjobs.console.kit import reads, session
from genjobs.console.kit.reads import ProjectsAndStatistics
from genjobs.domain.errors import Unavailable
from genjobs.domain.rows import Project

NOW = datetime(2026, 11, 10, tzinfo=UTC)


def page() -> None:
    from datetime import date

    from genjobs.console.costs import budgets
    from genjobs.domain.budgets import Budget

    held = Budget("b", None, None, 5000, 80, "UTC", False, date(2026, 11, 1), 0, 0)
    budgets.opener("u", [held], "UTC")


def test_the_dialog_of_budgets_opens_with_what_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "_projects", lambda user_id: {})
    test = AppTest.from_function(page).run().button[0].click().run()
    test.number_input[0].set_value(999)
    test.button[0].click().run()
    assert not test.exception
    assert test.number_input[0].value == 5000


def test_numbers_out_of_range_reach_the_check_that_refuses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "_projects", lambda user_id: {})
    for field in opened().number_input:
        assert (field.min, field.max) == (None, None)


def unreachable(*_: object) -> NoReturn:
    raise Unavailable("The database does not answer.")


def opened() -> AppTest:
    return AppTest.from_function(page).run().button[0].click().run()


def test_a_project_named_like_the_choice_of_all_jobs_is_told_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    named = [Project("a", "All my jobs", NOW, NOW), Project("b", "Spring", NOW, NOW)]
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(reads, "projects_and_statistics", lambda *_: ProjectsAndStatistics(named, []))
    assert opened().selectbox[0].options == ["All my jobs", "“All my jobs”", "Spring"]


def test_projects_that_cannot_be_read_are_an_error_in_the_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets, "_projects", unreachable)
    test = opened()
    assert not test.exception
    assert "does not answer" in test.error[0].value
