"""What the panel of a job draws for whoever has not opened anything yet, and after."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def script() -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from genjobs.console.jobs_test import job_panel
    from genjobs.domain.rows import Job
    from genjobs.domain.workflow import Status

    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    job = Job("j", "u", "p", Status.RUNNING, "lifestyle", None, None, 100, moment, moment)
    job_panel.panel(job, {}, ZoneInfo("UTC"))


def test_the_form_of_a_failure_is_made_when_it_is_opened() -> None:
    test = AppTest.from_function(script, default_timeout=30).run()
    assert not test.exception
    assert [box.label for box in test.text_input] == []
    test.session_state["job-popover-0"] = True
    test.run()
    assert not test.exception
    assert [box.label for box in test.text_input] == ["What went wrong"]
