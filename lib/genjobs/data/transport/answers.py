"""Checks that an answer has the expected shape before anything reads it."""

from __future__ import annotations

from typing import Any

from postgrest import APIResponse

from genjobs.domain.errors import NotFound, UnexpectedError
from genjobs.domain.rows import Row


def rows(answer: APIResponse) -> list[Row]:
    """The rows of an answer. Raises UnexpectedError if it is not a list of rows, for example a web page."""
    data: Any = answer.data
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise _wrong("rows", data)
    return data


def one_row(answer: APIResponse, what: str) -> Row:
    """The only row. Raises NotFound if there is none; `what` names it, such as "job <id>"."""
    found = rows(answer)
    if not found:
        raise NotFound(f"There is no {what} among yours.", hint="It may have been deleted. Reload the page.")
    return found[0]


def truth(answer: APIResponse) -> bool:
    """A bare true or false."""
    data: Any = answer.data
    if not isinstance(data, bool):
        raise _wrong("true or false", data)
    return data


def mapping(answer: APIResponse) -> Row:
    """A bare JSON object."""
    data: Any = answer.data
    if not isinstance(data, dict):
        raise _wrong("an object", data)
    return data


def array(answer: APIResponse) -> list[Any]:
    """A bare JSON array of anything."""
    data: Any = answer.data
    if not isinstance(data, list):
        raise _wrong("a list", data)
    return data


def counted(answer: APIResponse) -> int:
    """The exact number of rows from the answer's header."""
    if answer.count is None:
        raise _wrong("a count", None)
    return answer.count


def _wrong(wanted: str, found: object) -> UnexpectedError:
    return UnexpectedError(
        f"The API returned {type(found).__name__}; expected {wanted}.",
        hint="Check that SUPABASE_URL is the URL of a Supabase project, and that no proxy answers instead.",
        code="unreadable_answer",
    )
