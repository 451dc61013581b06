"""What a handler's child sends to the worker."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from genjobs import errors
from genjobs.domain.errors import SettingsError
from genjobs.worker import handling
from genjobs.worker.handling import (
    ERROR_CHARACTERS,
    MOST_CHARACTERS,
    Context,
    Failure,
    JobFailed,
    Result,
    attempt,
)
from genjobs.worker.jobs import Job
from genjobs.worker.notes import Notes, Progress


def failed(folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Failure:
    """What is sent for a handler that raises this."""

    def handler(job: Job, context: Context) -> Result:
        raise error

    monkeypatch.setattr(handling, "load", lambda name: handler)
    job = Job("job", "ana", "spring", "lifestyle", None, None, "token")
    told = attempt("handler", pickle.dumps(Context(job, 1.0, Notes(folder, "job"), None)))
    assert isinstance(told, Failure)
    return told


def test_notes_of_an_error_follow_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = ValueError("the real reason")
    error.add_note("while x\nwas done")
    assert failed(tmp_path, monkeypatch, error).error == "ValueError: the real reason while x\nwas done"


def test_a_wrong_cost_takes_nothing_else_of_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = failed(tmp_path, monkeypatch, JobFailed("No capacity", cost_cents=1.5, is_final=True))  # type: ignore[arg-type]
    assert told.error.startswith("No capacity (its cost is not counted: cost_cents is 1.5")
    assert (told.cost_cents, told.is_final) == (0, True)
    assert not told.trace, "it is the handler's answer, and no error in it"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def (", "SyntaxError: invalid syntax"),
        ("import not_installed_at_all", "ModuleNotFoundError: No module named 'not_installed_at_all'"),
        ("import os; os.environ['MISSING']", "KeyError: 'MISSING'"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_module_that_cannot_be_imported_is_named_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, reason: str
) -> None:
    tmp_path.joinpath("broken_handlers.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SettingsError, match="broken_handlers cannot be imported") as met:
        handling.load("broken_handlers:run")
    assert reason in met.value.message
    assert met.value.hint == "To see where: python -c 'import broken_handlers'"


@pytest.mark.parametrize(
    "name", ["absent_package.module:run", "examples.absent:run", "examples.pipeline:run"]
)
def test_of_a_handler_that_does_not_exist_the_form_is_told(name: str) -> None:
    with pytest.raises(SettingsError) as met:
        handling.load(name)
    assert met.value.hint.startswith("Use the form package.module:function")


@pytest.mark.parametrize("name", ["examples.demo_handler", "examples.demo_handler:", ":run", ""])
def test_a_handler_is_a_function_that_is_named_after_a_colon(name: str) -> None:
    with pytest.raises(SettingsError, match="a module and, after a colon, a function") as met:
        handling.load(name)
    assert "package.module:function" in met.value.hint


def test_a_failure_without_a_text_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (
        failed(tmp_path, monkeypatch, JobFailed("")).error == "The handler raised JobFailed without a text."
    )


class Refused(JobFailed):
    """As somebody may derive it, without what it stands for."""

    def __init__(self) -> None:
        Exception.__init__(self, "no light")


def test_a_derived_failure_needs_no_more_than_its_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = failed(tmp_path, monkeypatch, Refused())
    assert (told.error, told.cost_cents, told.is_final) == (
        "The handler raised JobFailed without a text.",
        0,
        False,
    )


@pytest.mark.parametrize(
    ("percent", "kept"),
    [(40.7, 40), (-1, 0), (250, 100), (float("inf"), 100), (float("nan"), 0), (None, None)],
)
def test_no_percent_fails_a_job(tmp_path: Path, percent: float | None, kept: int | None) -> None:
    job = Job("job", "ana", "spring", "lifestyle", None, None, "token")
    context = Context(job, 1.0, Notes(tmp_path, "job"), None)
    context.progress(percent, "half")
    assert context.notes.told() == Progress(kept, "half")


def test_a_huge_error_is_cut_before_it_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = failed(tmp_path, monkeypatch, ValueError("x" * 10_000_000))
    assert len(told.error) == ERROR_CHARACTERS
    assert told.trace.startswith("Traceback")
    assert len(told.trace) < MOST_CHARACTERS + 10


class OwnError(errors.Unavailable):
    """Does not call the constructor of its base class."""

    def __init__(self, text: str) -> None:
        self.text = text


def test_the_hint_and_the_notes_of_an_error_follow_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = errors.InvalidInput("Bad.", hint="Do this.")
    noted.add_note("seed 4711")
    assert failed(tmp_path, monkeypatch, noted).error == "InvalidInput: Bad. Do this. seed 4711"
    assert failed(tmp_path, monkeypatch, OwnError("x")).error.endswith("OwnError: x")


def test_a_module_that_fails_while_its_function_is_looked_up_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmp_path.joinpath("lazy_handlers.py").write_text("def __getattr__(name): import not_there_at_all")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(SettingsError, match="not_there_at_all"):
        handling.load("lazy_handlers:run")
