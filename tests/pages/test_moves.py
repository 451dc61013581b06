"""The moves of a job: the error that a failed one gets, and what a click says afterwards."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.jobs_test import moves
from genjobs.data import jobs
from genjobs.domain.inputs import LONGEST_ERROR
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
NOBODY: Any = None


def failing() -> None:
    from datetime import UTC, datetime

    import streamlit as st

    from genjobs.console.jobs_test import moves
    from genjobs.console.kit import error_messages
    from genjobs.domain.rows import Job
    from genjobs.domain.workflow import Status

    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    job_id = "52c72171-2bd0-4672-b79d-d97027f9071a"
    job = Job(job_id, "u", "p", Status.RUNNING, "lifestyle", None, None, 100, moment, moment)
    moves.reason()
    if st.button("Fail"):
        with error_messages.reported():
            moves._move(None, job, Status.FAILED, st.session_state[moves.REASON], {})  # type: ignore[arg-type]


def test_an_error_that_is_too_long_is_refused_with_the_reason_and_stays_in_its_field() -> None:
    """A limit of the field itself would make the browser refuse to paste it, without a word."""
    test = AppTest.from_function(failing).run()
    test.text_input[0].set_value("x" * (LONGEST_ERROR + 1))
    test.button[0].click().run()
    assert ["at most 100,000 characters" in said.value for said in test.warning] == [True]
    assert (len(test.text_input[0].value or ""), test.text_input[0].max_chars) == (LONGEST_ERROR + 1, 0)


def job(status: Status) -> Job:
    return Job("52c72171-aaaa", "u", "p", status, "lifestyle", None, None, 100, NOON, NOON)


def said(monkeypatch: pytest.MonkeyPatch, target: Status, now: Status | None) -> str:
    """What a move to `target` says; if the job had changed before, `now` is its status."""
    outcome = jobs.Transition(moved=now is None, job=job(now) if now else None)
    monkeypatch.setattr(jobs, "transition_job", lambda *move: outcome)
    notice = moves._move(NOBODY, job(Status.QUEUED), target, "Test error", {})
    assert notice
    return f"{notice.title} {notice.text}"


@pytest.mark.parametrize(
    ("target", "words"),
    [("running", "is running now."), ("succeeded", "succeeded."), ("failed", "failed.")],
)
def test_a_move_says_what_became_of_the_job(monkeypatch: pytest.MonkeyPatch, target: str, words: str) -> None:
    assert said(monkeypatch, Status(target), None) == f"lifestyle `52c72171` {words}"


@pytest.mark.parametrize(
    ("target", "now", "change"),
    [
        ("running", "running", "has started meanwhile and is no longer queued"),
        ("running", "failed", "has failed meanwhile and is no longer queued"),
        ("failed", "succeeded", "has succeeded meanwhile and is no longer running"),
        ("succeeded", "queued", "has been queued again meanwhile and is no longer running"),
    ],
)
def test_a_click_that_came_too_late_says_what_happened_before_it(
    monkeypatch: pytest.MonkeyPatch, target: str, now: str, change: str
) -> None:
    assert said(monkeypatch, Status(target), Status(now)).endswith(
        f"your click changed nothing: the job {change}."
    )


def test_the_field_for_the_error_says_what_it_is_for_also_when_it_is_empty() -> None:
    test = AppTest.from_function(failing).run()
    test.text_input[0].set_value("").run()
    assert [text.value for text in test.markdown] == [":small[:gray[Error for Fail]]"]
    assert test.text_input[0].placeholder == "What went wrong"
