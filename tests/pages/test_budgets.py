"""The dialog of budgets: what it offers, what it saves, and what it says if something fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, NoReturn

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.costs import budgets
from genjobs.console.kit import actions, reads, session
from genjobs.console.kit.reads import ProjectsAndStatistics
from genjobs.data import budgets as stored
from genjobs.domain.budgets import Budget
from genjobs.domain.errors import NotFound, Unavailable
from genjobs.domain.rows import Project

NOW = datetime(2026, 11, 10, tzinfo=UTC)
HELD = Budget("b", None, None, 5000, 80, "UTC", False, date(2026, 11, 1), 0, 0)
RAISED = replace(HELD, monthly_cents=7000)
NOBODY: Any = None
NAMES = budgets._projects


def page() -> None:
    from genjobs.console.costs import budgets

    budgets.opener("u", "UTC")


def dialog() -> None:
    """It alone, as AppTest draws the whole page again where a browser draws only the dialog."""
    import streamlit as st

    from genjobs.console.costs import budgets

    st.session_state.setdefault(budgets.OPENED, 1)
    budgets._edit("u", "UTC")


@pytest.fixture(autouse=True)
def answers(monkeypatch: pytest.MonkeyPatch) -> list[list[Budget]]:
    """What the reads of the budgets find, one after the other."""
    found = [[HELD], [RAISED]]
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(stored, "read_budgets", lambda client: found.pop(0))
    monkeypatch.setattr(budgets, "_projects", lambda user_id: {})
    return found


def opened(test: AppTest | None = None) -> AppTest:
    return (test or AppTest.from_function(page).run()).button[0].click().run()


def test_the_dialog_of_budgets_opens_with_what_is_saved_by_then() -> None:
    test = opened()
    assert test.number_input[0].value == 5000
    test.number_input[0].set_value(999)
    opened(test)
    assert not test.exception
    assert test.number_input[0].value == 7000


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "CET"])
def test_the_zone_of_a_budget_stays_chosen_also_if_it_is_no_longer_offered(
    answers: list[list[Budget]], zone: str
) -> None:
    answers[:] = [[replace(HELD, time_zone=zone)]]
    assert [box.value for box in opened().selectbox if box.label == "Time zone of its months"] == [zone]


def test_while_the_dialog_is_open_it_reads_no_other_budget_to_replace(
    monkeypatch: pytest.MonkeyPatch, answers: list[list[Budget]]
) -> None:
    replaced: list[Budget] = []
    monkeypatch.setattr(actions, "write", lambda area, call: replaced.append(call.keywords["expected"]))
    test = AppTest.from_function(dialog).run()
    test.number_input[0].set_value(999).run()
    next(button for button in test.button if button.label == "Save budget").click().run()
    assert not test.exception
    assert (replaced, answers) == ([HELD], [[RAISED]])


@pytest.mark.parametrize(
    ("cents", "told"),
    [(1, [r"= **\$0\.01**"]), (2**31 - 1, [r"= **\$21,474,836\.47**"]), (0, []), (-3, []), (2**31, [])],
)
def test_dollars_are_told_only_of_what_a_limit_can_be(cents: int, told: list[str]) -> None:
    test = AppTest.from_function(dialog).run()
    test.number_input[0].set_value(cents).run()
    assert [text.value for text in test.markdown if text.value.startswith("=")] == told


def test_a_budget_for_a_project_that_is_gone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> NoReturn:
        raise NotFound(
            "Could not save the budget: the row that it belongs to does not exist, or is not yours."
        )

    monkeypatch.setattr(stored, "save_budget", gone)
    with pytest.raises(NotFound, match=r"This project was deleted\."):
        budgets._save(NOBODY)


def test_numbers_out_of_range_reach_the_check_that_refuses_them() -> None:
    for field in opened().number_input:
        assert (field.min, field.max) == (None, None)


def unreachable(*_: object) -> NoReturn:
    raise Unavailable("The database does not answer.")


def test_a_project_named_like_the_choice_of_all_jobs_is_told_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    named = [Project("a", "All my jobs", NOW, NOW), Project("b", "Spring", NOW, NOW)]
    monkeypatch.setattr(budgets, "_projects", NAMES)
    monkeypatch.setattr(reads, "projects_and_statistics", lambda *_: ProjectsAndStatistics(named, []))
    assert opened().selectbox[0].options == ["All my jobs", "“All my jobs”", "Spring"]


@pytest.mark.parametrize(("module", "name"), [(budgets, "_projects"), (stored, "read_budgets")])
def test_what_cannot_be_read_is_an_error_in_the_dialog(
    monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    monkeypatch.setattr(module, name, unreachable)
    test = opened()
    assert not test.exception
    assert "does not answer" in test.error[0].value
