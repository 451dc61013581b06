"""The moves of a job: the error that a failed one gets, and what a click says afterwards."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from genjobs.domain.inputs import LONGEST_ERROR


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
