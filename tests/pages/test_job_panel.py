"""What the panel of a job offers."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.domain.workflow import MOVES, Status


def script(status: str) -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from genjobs.console.jobs_test import job_panel
    from genjobs.domain.rows import Job
    from genjobs.domain.workflow import Status

    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    job = Job("j", "u", "p", Status(status), "lifestyle", None, None, 100, moment, moment)
    job_panel.panel(job, {}, ZoneInfo("UTC"))


@pytest.mark.parametrize("status", list(Status))
def test_only_the_moves_that_will_be_accepted_are_enabled(status: Status) -> None:
    test = AppTest.from_function(script, args=(str(status),)).run()
    assert not test.exception
    enabled = {
        target for target in Status if target != "queued" and not test.button(f"panel-{target}").disabled
    }
    assert enabled == set(MOVES[status])
