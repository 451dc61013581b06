"""What a handler's child sends to the worker."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from genjobs import errors
from genjobs.domain.errors import SettingsError
from genjobs.worker import child, handling, logs
from genjobs.worker.child import ERROR_CHARACTERS, MOST_CHARACTERS, MOST_WAIT_SECONDS, Failure, attempt
from genjobs.worker.handling import MOST_CENTS, Context, Handler, JobFailed, Result
from genjobs.worker.jobs import Job
from genjobs.worker.notes import Notes, Progress


def told(folder: Path, monkeypatch: pytest.MonkeyPatch, handler: Handler) -> Result | Failure:
    """What is sent of this handler."""
    return sent_of(folder, monkeypatch, lambda name: handler)


def sent_of(
    folder: Path, monkeypatch: pytest.MonkeyPatch, load: Callable[[str], Handler]
) -> Result | Failure:
    """What is sent of the handler that this loads."""
    monkeypatch.setattr(child, "load", load)
    monkeypatch.setattr(logs, "name_job", lambda job_id: None)  # there, it is the process of this job
    job = Job("job", "ana", "spring", "lifestyle", None, None, "token")
    return attempt("handler", pickle.dumps(Context(job, 1.0, Notes(folder, "job"), None)))


def failed(folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Failure:
    """What is sent for a handler that raises this."""

    def handler(job: Job, context: Context) -> Result:
        raise error

    sent = told(folder, monkeypatch, handler)
    assert isinstance(sent, Failure)
    return sent


def test_notes_of_an_error_follow_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = ValueError("the real reason")
    error.add_note("while x\nwas done")
    assert failed(tmp_path, monkeypatch, error).error == "ValueError: the real reason while x\nwas done"


def test_a_wrong_cost_takes_nothing_else_of_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = failed(tmp_path, monkeypatch, JobFailed("No capacity", cost_cents=1.5, is_final=True))  # type: ignore[arg-type]
    assert sent.error.startswith("No capacity (its cost is not counted: cost_cents is 1.5")
    assert (sent.cost_cents, sent.is_final) == (0, True)
    assert not sent.trace, "it is the handler's answer, and no error in it"


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
    sent = failed(tmp_path, monkeypatch, Refused())
    assert (sent.error, sent.cost_cents, sent.is_final) == (
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
    sent = failed(tmp_path, monkeypatch, ValueError("x" * 10_000_000))
    assert len(sent.error) == ERROR_CHARACTERS
    assert sent.trace.startswith("Traceback")
    assert len(sent.trace) < MOST_CHARACTERS + 10


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


def test_a_failure_that_a_group_of_tasks_collects_is_still_the_handlers_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = BaseExceptionGroup(
        "unhandled errors in a TaskGroup",
        [
            ValueError("no light"),
            ExceptionGroup(
                "inner",
                [
                    JobFailed("Over policy.", cost_cents=2, is_final=True),
                    JobFailed("Over policy.", cost_cents=MOST_CENTS, retry_after_seconds=7),
                    JobFailed("No capacity."),
                ],
            ),
        ],
    )
    sent = failed(tmp_path, monkeypatch, group)
    assert sent.error == "Over policy.; No capacity."
    assert (sent.cost_cents, sent.is_final, sent.retry_seconds) == (MOST_CENTS, True, 7)
    assert "no light" in sent.trace, "the others are in the log"
    assert failed(tmp_path, monkeypatch, ExceptionGroup("none", [ValueError("x")])).is_final is False


@pytest.mark.parametrize(
    ("given", "kept"),
    [(30, 30), (0.2, 1), ("30", 30), (Decimal("2.5"), 3), (float("inf"), MOST_WAIT_SECONDS), (None, 0)],
)
def test_a_wait_before_the_next_attempt_is_whole_seconds_of_at_most_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: Any, kept: int
) -> None:
    error = JobFailed("Rate limit.", retry_after_seconds=given)
    sent = failed(tmp_path, monkeypatch, error)
    assert (sent.retry_seconds, sent.error) == (kept, "Rate limit.")


@pytest.mark.parametrize("given", ["soon", -1, float("nan"), True, timedelta(seconds=3)])
def test_a_wait_that_is_no_time_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: Any) -> None:
    sent = failed(tmp_path, monkeypatch, JobFailed("Rate limit.", retry_after_seconds=given))
    said = f"Rate limit. (its wait is not used: retry_after_seconds is {given!r})"
    assert (sent.retry_seconds, sent.error) == (0, said)


def test_logging_is_set_up_after_the_handlers_module_which_may_do_so_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []

    def loaded(name: str) -> Handler:
        steps.append("load")
        return lambda job, context: Result(len(steps))

    monkeypatch.setattr(child, "_log_format", logs.LogFormat.text)
    monkeypatch.setattr(logs, "set_up_logs", lambda form: steps.append(form.value))
    assert sent_of(tmp_path, monkeypatch, loaded) == Result(2)
    assert steps == ["load", "text"]


def test_a_failure_can_be_sent_between_processes() -> None:
    error = JobFailed("No.", cost_cents=3, is_final=True, retry_after_seconds=9)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), vars(again)) == ("No.", vars(error))


@pytest.mark.parametrize("result", [None, {"cost_cents": 1}, Result(1.5), Result(-1), Result(True)])  # type: ignore[arg-type]
def test_a_result_that_cannot_be_used_is_not_paid_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, result: Any
) -> None:
    sent = told(tmp_path, monkeypatch, lambda job, context: result)
    assert isinstance(sent, Failure)
    assert sent.is_final


def test_a_cost_that_cannot_be_noted_is_the_handlers_error(tmp_path: Path) -> None:
    job = Job("job", "ana", "spring", "lifestyle", None, None, "token")
    context = Context(job, 1.0, Notes(tmp_path, "job"), None)
    context.record_cost(4)
    with pytest.raises(ValueError, match=r"cost_cents is 1\.5"):
        context.record_cost(1.5)  # type: ignore[arg-type]
    assert context.notes.cost() == 4
