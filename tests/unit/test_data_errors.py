from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from postgrest import APIResponse
from postgrest.exceptions import APIError

from genjobs.data.transport.answers import one_row
from genjobs.data.transport.error_codes import CODES, TRANSPORT, Meaning
from genjobs.data.transport.translation import mapped
from genjobs.domain import errors

OUTCOME = "The outcome is not known"
UNTOUCHED = "Nothing was written."


def answered(
    code: str | None, message: str = "", hint: str = "", *, writes: bool = False
) -> errors.ConsoleError:
    with pytest.raises(errors.ConsoleError) as caught, mapped("list jobs", writes=writes):
        raise APIError({"code": code, "message": message, "hint": hint, "details": None})
    return caught.value


def broke(error: Exception, *, writes: bool = False) -> errors.ConsoleError:
    with pytest.raises(errors.ConsoleError) as caught, mapped("create the job", writes=writes):
        raise error
    return caught.value


def kinds(root: type[Exception]) -> Iterator[type[Exception]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


TRANSPORT_KINDS = sorted({*kinds(httpx.HTTPError), httpx.InvalidURL}, key=lambda kind: kind.__name__)


def made(kind: type[Exception]) -> Exception:
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("GET", "http://localhost/rest/v1/projects")
        return httpx.HTTPStatusError("said", request=request, response=httpx.Response(502))
    return kind("said")


@pytest.mark.parametrize("code", CODES)
def test_every_code_in_the_table_becomes_its_error_and_is_kept(code: str) -> None:
    error = answered(code, "said by the server", "advised by the server")
    assert type(error) is CODES[code].error
    assert error.code == code
    assert error.message.startswith("Could not list jobs: ")
    assert error.hint


@pytest.mark.parametrize("kind", TRANSPORT_KINDS)
def test_every_error_of_httpx_becomes_one_of_ours_with_something_to_do(kind: type[Exception]) -> None:
    error = broke(made(kind))
    assert error.hint
    assert error.code == ("502" if kind is httpx.HTTPStatusError else kind.__name__)


@pytest.mark.parametrize(
    ("kind", "ours"),
    [
        (httpx.ConnectError, errors.Unavailable),
        (httpx.ConnectTimeout, errors.Unavailable),
        (httpx.PoolTimeout, errors.Unavailable),
        (httpx.ReadTimeout, errors.TimedOut),
        (httpx.WriteTimeout, errors.TimedOut),
        (httpx.ReadError, errors.Unavailable),
        (httpx.RemoteProtocolError, errors.Unavailable),
        (httpx.UnsupportedProtocol, errors.SettingsError),
    ],
)
def test_the_errors_of_a_broken_exchange_are_told_apart(
    kind: type[Exception], ours: type[errors.ConsoleError]
) -> None:
    assert type(broke(kind("said"))) is ours
    assert kind in TRANSPORT or any(parent in TRANSPORT for parent in kind.__mro__)


@pytest.mark.parametrize("code", ["XX000", "PGRST999", "599", "", None])
def test_an_unknown_code_is_unexpected_and_kept(code: str | None) -> None:
    error = answered(code, "what the server said")
    assert type(error) is errors.UnexpectedError
    assert error.code == (code or "")
    assert "what the server said" in error.message


@pytest.mark.parametrize("kind", [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError])
def test_a_write_without_an_answer_says_that_its_outcome_is_not_known(kind: type[Exception]) -> None:
    error = broke(kind("said"), writes=True)
    assert OUTCOME in error.message
    assert "before you try again" in error.hint


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
def test_a_write_that_was_never_sent_raises_no_doubt(kind: type[Exception]) -> None:
    message = broke(kind("said"), writes=True).message
    assert OUTCOME not in message
    assert message.endswith(UNTOUCHED)
    assert UNTOUCHED not in broke(kind("said")).message


@pytest.mark.parametrize("code", ["LOCAL503", "PGRST000", "PGRST002", "PGRST003", "53300", "57P03"])
def test_a_write_that_never_reached_the_database_can_be_tried_again(code: str) -> None:
    error = answered(code, "PostgREST is not running", writes=True)
    assert type(error) is errors.Unavailable
    assert OUTCOME not in error.message
    assert error.message.endswith(UNTOUCHED)
    assert "Try again" in error.hint
    assert UNTOUCHED not in answered(code).message


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("PGRST001", errors.Unavailable),
        ("57P02", errors.Unavailable),
        ("LOCAL502", errors.Unavailable),
        ("LOCAL504", errors.TimedOut),
    ],
)
def test_a_write_that_broke_off_on_its_way_is_not_known(code: str, ours: type[errors.ConsoleError]) -> None:
    error = answered(code, writes=True)
    assert type(error) is ours
    assert OUTCOME in error.message
    assert UNTOUCHED not in error.message


@pytest.mark.parametrize("meaning", [*CODES.values(), *TRANSPORT.values()])
def test_no_ending_is_both_certain_and_not_known(meaning: Meaning) -> None:
    assert not (meaning.uncertain and meaning.untouched)


def test_a_read_without_an_answer_raises_no_doubt() -> None:
    assert OUTCOME not in broke(httpx.ReadTimeout("said")).message


@pytest.mark.parametrize("code", ["57014", "40P01", "23505"])
def test_a_write_that_the_database_refused_is_known_not_to_have_happened(code: str) -> None:
    assert OUTCOME not in answered(code, writes=True).message


@pytest.mark.parametrize("code", ["502", "503", "504"])
def test_a_write_lost_behind_a_gateway_says_that_its_outcome_is_not_known(code: str) -> None:
    assert OUTCOME in answered(code, writes=True).message


def test_prose_never_decides() -> None:
    misleading = "JWT expired; permission denied; duplicate key; timeout"
    assert type(answered("PGRST202", misleading)) is errors.SchemaBehind


def test_the_words_of_the_server_fit_on_one_line() -> None:
    assert "two lines" in answered("22P02", "two\nlines.").message


def test_ours_passes_through_unchanged() -> None:
    own = errors.NotFound("There is no such job.")
    assert broke(own) is own


def test_a_programming_error_is_not_dressed_up() -> None:
    with pytest.raises(KeyError), mapped("list jobs"):
        raise KeyError("created_at")


def test_the_workflows_own_words_and_hint_reach_the_reader() -> None:
    error = answered("PT409", "The workflow does not allow this.", "A queued job can only become running.")
    assert type(error) is errors.Conflict
    assert error.message == "Could not list jobs: the workflow does not allow this."
    assert error.hint == "A queued job can only become running."


def test_a_refusal_of_the_workflow_without_words_still_says_what_and_what_to_do() -> None:
    error = answered("PT409")
    assert "workflow" in error.message
    assert "Reload" in error.hint


def test_a_row_that_is_gone_is_named_and_the_page_to_be_reloaded() -> None:
    """Not a list: where a project or a budget is changed, there is none to reload."""
    with pytest.raises(errors.NotFound) as met:
        one_row(APIResponse(data=[]), "project a")
    assert met.value.message == "There is no project a among yours."
    assert met.value.hint == "It may have been deleted. Reload the page."
