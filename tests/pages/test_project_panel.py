"""Deleting a project: its name is typed as the screen shows it."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import actions, session
from genjobs.data import projects


def question() -> None:
    from datetime import UTC, datetime

    from genjobs.console.projects import project_panel
    from genjobs.domain.rows import Project

    now = datetime(2026, 11, 10, tzinfo=UTC)
    project_panel._confirm(Project("a", "Mugs  and\tbowls ", now, now), 2)


@pytest.mark.parametrize(
    ("typed", "is_deleted"), [("Mugs and bowls", True), ("Mugs  and\tbowls ", True), ("Mugsandbowls", False)]
)
def test_spaces_that_the_screen_does_not_show_need_not_be_typed(
    monkeypatch: pytest.MonkeyPatch, typed: str, is_deleted: bool
) -> None:
    written: list[Any] = []
    monkeypatch.setattr(actions, "write", lambda area, call: written.append(call))
    test = AppTest.from_function(question).run()
    test.text_input[0].set_value(typed)
    test.button[0].click().run()
    assert not test.exception
    assert (len(written), len(test.warning)) == ((1, 0) if is_deleted else (0, 1))


def deletion() -> None:
    from datetime import UTC, datetime

    from genjobs.console.projects import project_panel
    from genjobs.console.projects.project_list import Contents
    from genjobs.domain.rows import Project

    now = datetime(2026, 11, 10, tzinfo=UTC)
    project_panel.ask_to_delete(Contents(Project("a", "Mugs", now, now), 2, 100, now, ()))


def test_the_question_before_deleting_says_that_the_cost_of_its_jobs_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(projects, "count_jobs", lambda client, project_id: 2)
    lost, kept = (text.value for text in AppTest.from_function(deletion).run().markdown)
    assert "**2 jobs**" in lost
    assert kept == "Its own budgets go too. *Costs* and your other budgets keep what its jobs cost."
