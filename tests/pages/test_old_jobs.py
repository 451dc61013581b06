"""Deleting old jobs: which ages are refused, and what is said of the number that was deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.jobs_test import old_jobs
from genjobs.console.kit import session
from genjobs.data import jobs
from genjobs.domain.workflow import Status

NOBODY: Any = None


def counting() -> None:
    import streamlit as st

    from genjobs.console.jobs_test import old_jobs
    from genjobs.console.kit import numbers
    from genjobs.domain.workflow import Status

    old_jobs._count(numbers.typed(st.session_state["days"]), (Status.FAILED,))


@pytest.mark.parametrize(
    ("days", "is_counted"), [(0.0, True), (36_500.0, True), (-1.0, False), (36_501.0, False), (1.5, False)]
)
def test_a_bad_age_is_answered_by_what_to_enter_and_nothing_is_counted(
    monkeypatch: pytest.MonkeyPatch, days: float, is_counted: bool
) -> None:
    monkeypatch.setattr(session, "client", lambda: None)
    monkeypatch.setattr(jobs, "count_old_jobs", lambda *_: 7)
    test = AppTest.from_function(counting)
    test.session_state["days"] = days
    test.session_state[old_jobs.COUNTED] = "of another age"
    test.run()
    assert not test.exception
    told = [] if is_counted else ["**Enter whole days from 0 to 36,500.**"]
    assert [said.value for said in test.warning] == told
    assert (old_jobs.COUNTED in test.session_state) is is_counted


@pytest.mark.parametrize(
    ("found", "gone", "tone", "said"),
    [
        (707, 707, "success", "707 jobs deleted"),
        (707, 701, "warning", "701 jobs deleted. 707 were counted, and jobs have changed since then."),
        (1, 2, "warning", "2 jobs deleted. 1 was counted, and jobs have changed since then."),
        (
            707,
            0,
            "warning",
            "No job was deleted: those that were counted have been deleted or have changed since.",
        ),
    ],
)
def test_it_is_said_why_another_number_was_deleted_than_was_counted(
    monkeypatch: pytest.MonkeyPatch, found: int, gone: int, tone: str, said: str
) -> None:
    monkeypatch.setattr(jobs, "delete_old_jobs", lambda *_: gone)
    choice = old_jobs.Choice(90, (Status.FAILED,), datetime(2026, 8, 1, tzinfo=UTC), found)
    notice = old_jobs._delete(NOBODY, choice)
    assert (notice.tone, f"{notice.title} {notice.text}".strip()) == (tone, said)
    assert notice.presets == {old_jobs.COUNTED: None}
