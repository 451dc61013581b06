"""What came back, checked to have the shape that was asked for before anything reads it."""

from __future__ import annotations

from typing import Any

from postgrest import APIResponse

from genjobs.domain.errors import NotFound, UnexpectedError
from genjobs.domain.rows import Row


def rows(answer: APIResponse) -> list[Row]:
    """The rows of an answer; UnexpectedError when it is not a list of rows (a web page, say)."""
    data: Any = answer.data
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise _wrong("rows", data)
    return data


def one_row(answer: APIResponse, what: str) -> Row:
    """The only row; NotFound when there is none. `what` names it: "this job"."""
    found = rows(answer)
    if not found:
        raise NotFound(
            f"There is no {what} among yours.", hint="It may have been deleted meanwhile: reload the list."
        )
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
    """The exact number of rows that the answer's header names."""
    if answer.count is None:
        raise _wrong("a count", None)
    return answer.count


def _wrong(wanted: str, found: object) -> UnexpectedError:
    return UnexpectedError(
        f"The API answered {type(found).__name__} where {wanted} were expected.",
        hint="Check that SUPABASE_URL is the address of a Supabase project and nothing stands in between.",
        code="unreadable_answer",
    )
