"""What the panel of a job offers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.jobs_test import create_job
from genjobs.console.jobs_test.keys import CHOSEN, LEAPS, LISTING
from genjobs.console.jobs_test.listing import Listing
from genjobs.console.kit.wording import plain
from genjobs.domain.rows import Job
from genjobs.domain.workflow import MOVES, Status


def script(
    status: str, retried_as: str | None = None, percent: int | None = None, leads: bool = False
) -> None:
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from genjobs.console.jobs_test import job_panel
    from genjobs.domain.attempts import JobDetails
    from genjobs.domain.rows import Job
    from genjobs.domain.workflow import Status

    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    job = Job("j", "u", "p", Status(status), "lifestyle", None, None, 100, moment, moment)
    told = "Upscaling" if percent else None
    details = JobDetails("j", retried_as, 2, 3, None, None, percent is not None, percent, told)
    job_panel.panel(job, {}, ZoneInfo("UTC"), details, leads=leads)


@pytest.mark.parametrize("status", list(Status))
def test_only_the_moves_that_will_be_accepted_are_enabled(status: Status) -> None:
    test = AppTest.from_function(script, args=(str(status),)).run()
    assert not test.exception
    enabled = {
        target for target in Status if target != "queued" and not test.button(f"panel-{target}").disabled
    }
    assert enabled == set(MOVES[status])


def test_a_job_is_duplicated_by_a_button_that_the_keyboard_reaches(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[object, ...]] = []
    monkeypatch.setattr(create_job, "_create_once", made.append)
    AppTest.from_function(script, args=("succeeded",)).run().button("panel-duplicate").click().run()
    assert made == [("u", "p", "lifestyle", 100, None)]


@pytest.mark.parametrize(
    ("status", "retried_as", "offered"),
    [
        ("queued", None, {"panel-cancel"}),
        ("running", None, {"panel-cancel"}),
        ("failed", None, {"panel-try-again"}),
        ("failed", "another", set()),
        ("succeeded", None, set()),
    ],
)
def test_what_has_not_ended_can_be_cancelled_and_what_failed_tried_again(
    status: str, retried_as: str | None, offered: set[str]
) -> None:
    test = AppTest.from_function(script, args=(status, retried_as)).run()
    drawn = {button.key: not button.disabled for button in test.button}
    assert {name for name in ("panel-cancel", "panel-try-again") if drawn[name]} == offered


@pytest.mark.parametrize(
    ("retried_as", "leads", "offered"), [("b", True, True), ("b", False, False), (None, True, False)]
)
def test_the_next_attempt_is_offered_where_it_can_be_shown(
    retried_as: str | None, leads: bool, offered: bool
) -> None:
    test = AppTest.from_function(script, args=("failed", retried_as, None, leads)).run()
    assert ("panel-next" in [button.key for button in test.button]) is offered


@pytest.mark.parametrize("is_listed", [True, False])
def test_the_next_attempt_is_a_click_away_and_a_list_that_has_it_stays(is_listed: bool) -> None:
    """A listed attempt may be none of the newest jobs of the view, which a new list would begin with."""
    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    rows = [Job(name, "u", "p", Status.FAILED, "x", None, None, 1, moment, moment) for name in "ab"]
    test = AppTest.from_function(script, args=("failed", "b", None, True)).run()
    test.session_state[LISTING] = None, Listing(tuple(rows[: 1 + is_listed]))
    for clicks in (1, 2):
        test.button("panel-next").click().run()
        state = test.session_state
        assert (state[CHOSEN], state[LEAPS], LISTING in state) == ("b", clicks, is_listed)


def test_a_running_job_shows_how_far_it_is_and_which_attempt_it_is() -> None:
    test = AppTest.from_function(script, args=("running", None, 40)).run()
    [bar] = test.get("progress")
    assert (bar.proto.value, bar.proto.text) == (40, "Upscaling")
    assert any("attempt 2 of 3" in text.value for text in test.markdown)


def question() -> None:
    from datetime import UTC, datetime

    from genjobs.console.jobs_test import job_panel
    from genjobs.domain.rows import Job
    from genjobs.domain.workflow import Status

    moment = datetime(2026, 11, 26, 12, tzinfo=UTC)
    job_panel.ask_to_delete(
        Job("52c72171-aaaa", "u", "p", Status.FAILED, "lifestyle", None, None, 1234, moment, moment)
    )


def test_the_question_before_deleting_names_the_job_and_says_that_its_cost_is_kept() -> None:
    job, consequence = (text.value for text in AppTest.from_function(question).run().markdown)
    assert all(part in job for part in ("Failed", "lifestyle", plain("$12.34"), "`52c72171`"))
    assert consequence == "It leaves the list and its totals. *Costs* and budgets keep its cost."
