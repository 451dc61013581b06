"""What the client says of answers that it cannot read."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from genjobs import errors
from genjobs.client import NewJob, following, operations
from genjobs.client.refusals import NOT_KNOWN
from genjobs.client.steps import Operation, Pace, Stream
from tests.unit.client_queue import FIRST, Queue
from tests.unit.client_script import Script, details, one_after_the_other, says

JOB = Queue().job(FIRST)
EVENT = Queue.event(1, FIRST, "queued", "running")


@pytest.mark.parametrize("body", ["<html>", {"a": 1}, [1], None])
def test_an_answer_that_is_no_rows_points_at_the_address(body: object) -> None:
    script = Script(lambda _: httpx.Response(200, text=body) if isinstance(body, str) else says(body))
    with pytest.raises(errors.SettingsError, match="where rows were expected"):
        script.run(operations.list_jobs(script.pace, None, None, None, 9))


@pytest.mark.parametrize("body", ["<html>", "", {"a": 1}, [FIRST]])
def test_an_answer_that_is_no_id_is_no_new_attempt(body: object) -> None:
    script = Script(lambda _: httpx.Response(200, text=body) if isinstance(body, str) else says(body))
    with pytest.raises(errors.SettingsError, match="where an id was expected"):
        script.run(operations.retry(script.pace, FIRST))


def reads(pace: Pace, table: str) -> Operation[Any] | Stream:
    if table == "generation_jobs":
        return operations.list_jobs(pace, None, None, None, 1)
    if table == "generation_job_events":
        return following.watch(pace, FIRST, None)
    return operations.read_details(pace, [FIRST])


@pytest.mark.parametrize(
    ("table", "row", "column"),
    [
        *(("generation_jobs", JOB, column) for column in JOB),
        *(("generation_job_events", EVENT, column) for column in EVENT),
        *(("rpc/get_generation_job_details", details(FIRST), column) for column in details(FIRST)),
    ],
)
def test_a_row_that_lacks_a_column_says_which_and_what_to_do(
    table: str, row: dict[str, Any], column: str
) -> None:
    short = {name: value for name, value in row.items() if name != column}
    script = Script(lambda request: says([short if request.path == table else details(FIRST)]))
    with pytest.raises(errors.SchemaBehind, match=f"^Could not .+: the answer has no column {column}") as met:
        script.run(reads(script.pace, table))
    assert "genjobs migrate" in met.value.hint


@pytest.mark.parametrize(
    ("table", "row", "odd"),
    [
        ("generation_jobs", JOB, {"status": "paused"}),
        ("generation_jobs", JOB, {"status": None}),
        ("generation_jobs", JOB, {"created_at": "soon"}),
        ("generation_jobs", JOB, {"updated_at": 7}),
        ("generation_job_events", EVENT, {"new_status": "paused"}),
        ("rpc/get_generation_job_details", details(FIRST), {"newest_status": "paused"}),
        ("rpc/get_generation_job_details", details(FIRST), {"due_at": "soon"}),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_what_to_do(
    table: str, row: dict[str, Any], odd: dict[str, Any]
) -> None:
    [(column, value)] = odd.items()
    script = Script(lambda request: says([row | odd if request.path == table else details(FIRST)]))
    with pytest.raises(errors.UnexpectedError, match=f"{column} cannot be {value!r}") as met:
        script.run(reads(script.pace, table))
    assert met.value.hint.endswith("update genjobs.")


def test_what_was_made_of_jobs_whose_answer_cannot_be_read_is_called_not_known() -> None:
    for odd in ([{"outcome": "created"}], {"a": 1}):
        script = Script(one_after_the_other(says(odd)))
        with pytest.raises(errors.ConsoleError, match=NOT_KNOWN):
            script.run(operations.create(script.pace, None, NewJob(project_id=FIRST, mode="x")))
