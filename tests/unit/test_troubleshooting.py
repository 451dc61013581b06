from __future__ import annotations

import json

import pytest

from genjobs.data.transport.error_codes import CODES
from genjobs.domain.errors import NotFound, SchemaBehind
from genjobs.setup.troubleshooting import ENTRIES, Entry, for_code, for_error, for_text

API_UNAWARE = "The API does not know the table or the function"


@pytest.mark.parametrize(
    "text",
    [
        'Failed to run sql query: ERROR:  42P07: relation "generation_jobs" already exists',
        "ERROR: 42P07: relation exists",
        "42P07",
        " 42P07\n",
        json.dumps({"code": "42P07", "details": None, "hint": None, "message": "relation exists"}),
        "{'message': 'relation exists', 'code': '42P07', 'hint': None}",
        "relation exists (SQLSTATE 42P07)",
        "Could not do it: relation exists. 42p07",
    ],
)
def test_a_code_is_found_however_the_error_is_printed(text: str) -> None:
    assert [entry.codes[0] for entry in for_text(text)] == ["42P07"]


def test_an_answer_of_the_api_is_recognised() -> None:
    text = '{"code":"PGRST205","details":null,"hint":null,"message":"Could not find the table"}'
    assert [entry.title for entry in for_text(text)] == [API_UNAWARE]


@pytest.mark.parametrize("text", ["401", "HTTP 401 Unauthorized", "HTTP/1.1 401"])
def test_a_status_is_found_by_its_name(text: str) -> None:
    assert [entry.title for entry in for_text(text)] == ["The session or the key is not accepted"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "401 rows",
        "x42P07",
        "permission denied for table generation_jobs",
        "relation already exists",
        "ERROR: 99999: odd",
        "code",
    ],
)
def test_prose_without_a_known_code_is_not_guessed_at(text: str) -> None:
    assert for_text(text) == ()


def test_several_errors_are_answered_in_their_order_and_once_each() -> None:
    text = "ERROR: 42883: no function\nERROR: 42P07: exists\nERROR: 42883: again"
    assert [entry.codes[0] for entry in for_text(text)] == ["42883", "42P07"]


def test_an_error_of_the_console_leads_to_its_entry() -> None:
    assert [entry.title for entry in for_error(SchemaBehind("gone", code="PGRST202"))] == [API_UNAWARE]
    assert for_error(NotFound("gone")) == ()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_every_entry_is_reachable_and_says_what_to_do(entry: Entry) -> None:
    assert entry.cause
    assert entry.fix
    assert all(entry in for_code(code) for code in entry.codes)


def test_the_codes_that_the_api_may_show_are_known_to_the_error_table() -> None:
    sql_editor_only = {"42P07", "42710", "42723"}
    shown = {code for entry in ENTRIES for code in entry.codes}
    assert shown - CODES.keys() == sql_editor_only
