"""Which jobs the board shows at once, and which wait until they are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from genjobs.console.jobs_test import again, reads
from genjobs.console.jobs_test.keys import CHOSEN, CREATED, RETRIED
from genjobs.console.jobs_test.reads import Bench, Followed
from genjobs.data import attempts
from genjobs.domain.people import SignedIn
from genjobs.domain.rows import Job
from genjobs.domain.workflow import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD = Job("old", "me", "p", Status.FAILED, "lifestyle", None, None, 1, NOON, NOON)
NEW = replace(OLD, id="new", status=Status.QUEUED, created_at=NOON + timedelta(minutes=1))
NOBODY: Any = None


def script(bench: object, person: object) -> None:
    import streamlit as st

    from genjobs.console.jobs_test import board
    from genjobs.console.jobs_test.filters import View

    view = View("p", False, None, 50)
    _, listing, _ = board._current(person, None, view, bench)  # type: ignore[arg-type]
    st.text(f"{' '.join(listing.ids)}, {listing.waiting} waiting")


@pytest.mark.parametrize(
    ("made_here", "shown"),
    [
        ({}, "old, 1 waiting"),
        ({CREATED: NEW}, "new old, 0 waiting"),
        ({RETRIED: "new"}, "new old, 0 waiting"),
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


def test_an_attempt_that_was_queued_here_is_noted_and_the_job_stays_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(attempts, "retry", lambda client, job_id: "new")
    presets = again._retry(NOBODY, OLD).presets
    assert presets == {RETRIED: "new"}
    assert CHOSEN not in presets
