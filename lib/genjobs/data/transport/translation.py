"""Translates foreign errors into ours, by their code and never by their text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from postgrest.exceptions import APIError

from genjobs.data.transport.error_codes import CODES, TRANSPORT, Meaning
from genjobs.domain.errors import ConsoleError, InvalidInput, UnexpectedError

_UNKNOWN = Meaning(
    UnexpectedError,
    "the answer was not understood",
    "Try again. If it fails again, report it with the code.",
    uncertain=True,
)
_OUTCOME = "The outcome is not known: it may have taken effect."
_UNTOUCHED = "Nothing was written."
_LOOK_FIRST = "Reload and check before you try again."


@contextmanager
def mapped(task: str = "reach the database", *, writes: bool = False) -> Iterator[None]:
    """Turn errors that supabase and httpx raise in the block into `genjobs.domain.errors`.

    `task` completes "Could not …", for example "create the job". With `writes`, the message says that the
    outcome is not known if no answer came, and that nothing was written if the request did not reach the
    database. The foreign code is kept in `.code`, the foreign error as the cause.
    """
    try:
        yield
    except APIError as error:
        raise from_api_error(error, task, writes=writes) from error
    except httpx.HTTPStatusError as error:
        raise _from_status(error, task, writes=writes) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise from_transport_error(error, task, writes=writes) from error


def from_api_error(error: APIError, task: str, *, writes: bool = False) -> ConsoleError:
    """Our error for an answer of PostgREST or a gateway, by its code."""
    code = str(error.code or "")
    return _build(
        CODES.get(code, _UNKNOWN), task, writes, code, said=error.message or "", advice=error.hint or ""
    )


def from_transport_error(
    error: httpx.HTTPError | httpx.InvalidURL, task: str, *, writes: bool = False
) -> ConsoleError:
    """Our error for a request without an answer, by the nearest class in the table; its name is the code."""
    kind = next(known for known in type(error).__mro__ if known in TRANSPORT)
    return _build(TRANSPORT[kind], task, writes, type(error).__name__)


def _from_status(error: httpx.HTTPStatusError, task: str, *, writes: bool) -> ConsoleError:
    code = str(error.response.status_code)
    meaning = TRANSPORT[httpx.NetworkError] if _says_nothing(error.response) else CODES.get(code, _UNKNOWN)
    return _build(meaning, task, writes, code)


def _says_nothing(answer: httpx.Response) -> bool:
    """Whether PostgREST answered with an empty error, as it does if the database disappeared meanwhile."""
    try:
        said = answer.json()
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("code") == "" and said.get("message") == ""


def _build(
    meaning: Meaning, task: str, writes: bool, code: str, *, said: str = "", advice: str = ""
) -> ConsoleError:
    message = f"Could not {task}: {_reason(meaning, code, ' '.join(said.split()).rstrip('.'))}."
    hint = advice if advice and meaning.own_words else meaning.hint
    if writes and meaning.uncertain:
        message, hint = f"{message} {_OUTCOME}", _LOOK_FIRST
    if writes and meaning.untouched:
        message = f"{message} {_UNTOUCHED}"
    return meaning.error(message, hint=hint, code=code)


def _reason(meaning: Meaning, code: str, said: str) -> str:
    if said and meaning.own_words:
        return said[0].lower() + said[1:]
    if said and meaning.error in (InvalidInput, UnexpectedError):
        return f"{meaning.reason} ({f'{code}: ' if code else ''}{said})"
    return meaning.reason
