"""Which jobs the board shows at once, and which wait until they are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.jobs_test import again, board, live, reads
from genjobs.console.jobs_test.keys import CHOSEN, CREATED, RETRIED
from genjobs.console.jobs_test.reads import Bench, Followed
from genjobs.console.kit import actions, outage, project_choice
from genjobs.console.kit.actions import Notice
from genjobs.data import attempts
from genjobs.domain.errors import Unavailable
from genjobs.domain.people import SignedIn
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD = Job("old", "me", "p", Status.FAILED, "lifestyle", None, None, 1, NOON, NOON)
NEW = replace(OLD, id="new", status=Status.QUEUED, created_at=NOON + timedelta(minutes=1))
NOBODY: Any = None


def script(bench: object, person: object) -> None:
    import streamlit as st

    from genjobs.console.jobs_test import board as the_board
    from genjobs.console.jobs_test.filters import View

    view = View("p", False, None, 50)
    _, listing, _ = the_board._current(person, None, view, bench)  # type: ignore[arg-type]
    st.text(f"{' '.join(listing.ids)}, {listing.waiting} waiting")


@pytest.mark.parametrize(
    ("made_here", "shown"),
    [
        ({}, "old, 1 waiting"),
        ({CREATED: NEW}, "new old, 0 waiting"),
        ({RETRIED: "new"}, "new old, 0 waiting"),
        ({RETRIED: "elsewhere"}, "old, 1 waiting"),
    ],
)
def test_what_others_made_waits_and_what_was_made_here_is_shown(
    monkeypatch: pytest.MonkeyPatch, made_here: dict[str, object], shown: str
) -> None:
    monkeypatch.setattr(reads, "followed", lambda *_: Followed([], {}))
    person = SignedIn("me", "a@b.example", "token")
    test = AppTest.from_function(script, args=(Bench([OLD], [], []), person)).run()
    assert test.text[0].value == "old, 0 waiting"
    for name, value in made_here.items():
        test.session_state[name] = value
    test.args = (Bench([NEW, OLD], [], []), person)
    assert test.run().text[0].value == shown


def board_script() -> None:
    from genjobs.console.jobs_test import board as the_board

    the_board.board("p", {})


def test_what_became_of_a_click_is_said_also_where_nothing_can_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away() -> SignedIn:
        raise Unavailable("Could not list jobs.")

    monkeypatch.setattr(live, "reader", away)
    monkeypatch.setattr(outage, "try_again", lambda: None)
    test = AppTest.from_function(board_script)
    refused = Unavailable("Could not create the job: no connection.")
    test.session_state[actions.WRITES] = actions.Writes(outcomes={"create": actions.ShownOutcome(refused)})
    said = [error.value for error in test.run().error]
    assert len(said) == 2
    assert "Could not create the job" in said[0]
    assert "Could not list jobs" in said[1]


def test_a_retried_job_stays_in_a_list_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what others made meanwhile still waits."""
    theirs = replace(NEW, id="theirs", created_at=NOON + timedelta(seconds=1))
    monkeypatch.setattr(reads, "followed", lambda *_: Followed([OLD], {}))
    person = SignedIn("me", "a@b.example", "token")
    test = AppTest.from_function(script, args=(Bench([OLD], [], []), person)).run()
    test.session_state[RETRIED] = "new"
    test.args = (Bench([NEW, theirs], [], []), person)
    assert test.run().text[0].value == "new old, 1 waiting"


def test_what_is_made_beside_the_board_is_announced_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "reader", lambda: (_ for _ in ()).throw(Unavailable("Away.")))
    monkeypatch.setattr(outage, "try_again", lambda: None)
    test = AppTest.from_function(board_script)
    made = actions.ShownOutcome(Notice("success", "Project created"))
    test.session_state[actions.WRITES] = actions.Writes(outcomes={project_choice.AREA: made})
    assert [toast.value for toast in test.run().toast] == ["**Project created**"]


@pytest.mark.parametrize(
    ("shown", "there", "left", "is_longest", "said"),
    [
        (1, 1, 0, False, "1 job"),
        (0, 0, 1, False, "0 jobs · 1 row changed or deleted"),
        (48, 90, 2, False, "Newest 48 of 90 · 2 rows changed or deleted"),
        (500, 1658, 0, True, "Newest 500 of 1,658 · at most 500 are listed"),
        (500, 500, 0, True, "500 jobs"),
    ],
)
def test_the_number_of_jobs_says_what_is_shown_what_is_not_and_what_is_no_longer_there(
    shown: int, there: int, left: int, is_longest: bool, said: str
) -> None:
    assert board._counts(shown, there, left, is_longest=is_longest) == said


def test_an_attempt_that_was_queued_here_is_noted_and_the_job_stays_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "retry", lambda client, job_id: "new")
    presets = again._retry(NOBODY, OLD).presets
    assert presets == {RETRIED: "new"}
    assert CHOSEN not in presets
