"""What the panel of a project asks for and refuses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.kit import actions, links, session
from genjobs.console.kit.wording import plain
from genjobs.console.projects import project_panel
from genjobs.console.projects.project_list import Contents
from genjobs.console.shell import navigation
from genjobs.data import projects
from genjobs.domain.rows import Project


def question() -> None:
    from datetime import UTC, datetime

    from genjobs.console.projects import project_panel
    from genjobs.console.projects.project_list import Contents
    from genjobs.domain.rows import Project

    now = datetime(2026, 11, 10, tzinfo=UTC)
    name = "Mugs  and\tbowls "
    held = Contents(Project("a", name, now, now), f"{name} (a)", 2, 100, now, ())
    project_panel._confirm(held, 2)


@pytest.mark.parametrize(
    ("typed", "is_deleted"),
    [
        ("Mugs and bowls", True),
        ("Mugs  and\tbowls ", True),
        ("Mugs and bowls (a)", True),
        ("Mugsandbowls", False),
        ("(a)", False),
    ],
)
def test_spaces_and_the_id_that_tells_it_apart_need_not_be_typed(
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
    project_panel.ask_to_delete(Contents(Project("a", "Mugs", now, now), "Mugs (a)", 2, 100, now, ()))


def test_the_question_before_deleting_says_that_the_cost_of_its_jobs_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(projects, "count_jobs", lambda client, project_id: 2)
    lost, kept = (text.value for text in AppTest.from_function(deletion).run().markdown)
    assert lost.startswith(f"**{plain('Mugs (a)')}** will be deleted, together with **2 jobs**.")
    assert kept == "Its own budgets go too. *Costs* and your other budgets keep what its jobs cost."


def fields() -> None:
    from datetime import UTC, datetime

    from genjobs.console.projects import project_panel
    from genjobs.domain.rows import Project

    now = datetime(2026, 11, 10, tzinfo=UTC)
    project = Project("a", "Mugs", now, now)
    project_panel._rename(project)
    project_panel._add_input(project, "me")


@pytest.mark.parametrize(
    ("place", "length", "refusal"),
    [
        (0, 201, "The name may have at most 200 characters, and this has 201"),
        (1, 1001, "The storage path may have at most 1,000 characters, and this has 1,001"),
    ],
)
def test_a_text_that_is_too_long_is_refused_with_the_reason_and_stays_in_its_field(
    monkeypatch: pytest.MonkeyPatch, place: int, length: int, refusal: str
) -> None:
    """A limit of the field itself would make the browser refuse to paste it, without a word."""
    written: list[Any] = []
    monkeypatch.setattr(actions, "write", lambda area, call: written.append(call))
    test = AppTest.from_function(fields).run()
    test.text_input[place].set_value("x" * length)
    test.button[place].click().run()
    [said] = test.warning
    assert plain(refusal) in said.value
    assert (len(test.text_input[place].value or ""), written) == (length, [])
    assert test.text_input[place].max_chars == 0


def whole() -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from genjobs.console.projects import project_panel
    from genjobs.console.projects.project_list import Contents
    from genjobs.domain.rows import Project

    now = datetime(2026, 11, 10, tzinfo=UTC)
    held = Contents(Project("a", "Mugs", now, now), "Mugs (a)", 2, 100, now, ())
    project_panel.panel(held, "me", ZoneInfo("UTC"))


def test_a_project_leads_to_its_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_find", navigation.page)
    [link] = AppTest.from_function(whole).run().get("page_link")
    assert (link.proto.label, link.proto.page) == ("Open its jobs", "jobs-test")
    assert "project=a" in link.proto.query_string


def test_the_heading_tells_a_project_apart_from_others_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "_find", navigation.page)
    assert [heading.value for heading in AppTest.from_function(whole).run().header] == [plain("Mugs (a)")]


def test_the_notice_tells_which_of_one_name_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []
    monkeypatch.setattr(projects, "delete_project", lambda client, project_id: gone.append(project_id))
    now = datetime(2026, 11, 10, tzinfo=UTC)
    held = Contents(Project("a", "Mugs", now, now), "Mugs (a)", 0, 0, None, ())
    notice = project_panel._delete(None, held)  # type: ignore[arg-type]
    assert (gone, notice.text) == (["a"], f"{plain('Mugs (a)')} is gone.")
