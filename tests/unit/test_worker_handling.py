"""What a handler's child sends to the worker."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from genjobs.worker import handling
from genjobs.worker.handling import ERROR_CHARACTERS, MOST_CHARACTERS, Context, Failure, Result, attempt
from genjobs.worker.jobs import Job
from genjobs.worker.notes import Notes


def test_a_huge_error_is_cut_before_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loud(job: Job, context: Context) -> Result:
        raise ValueError("x" * 10_000_000)

    monkeypatch.setattr(handling, "load", lambda name: loud)
    job = Job("job", "ana", "spring", "lifestyle", None, None, "token")
    told = attempt("loud", pickle.dumps(Context(job, 1.0, Notes(tmp_path, "job"), None)))
    assert isinstance(told, Failure)
    assert len(told.error) == ERROR_CHARACTERS
    assert told.trace.startswith("Traceback")
    assert len(told.trace) < MOST_CHARACTERS + 10
