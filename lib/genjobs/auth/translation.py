"""Translates the auth server's errors, by their code, into our errors and texts.

Only the code decides: the server's own text may reveal what a stranger should not learn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from httpx import HTTPStatusError, Response
from pydantic import ValidationError
from supabase_auth.errors import AuthApiError, AuthError, AuthRetryableError, AuthUnknownError

from genjobs.auth.error_codes import error_of

_BY_STATUS = {401: "key_refused", 403: "key_refused", 404: "no_auth_server", 429: "over_request_rate_limit"}


@contextmanager
def mapped(*, secret: bool = False) -> Iterator[None]:
    """Turn an error that the auth client raises in the block into one of ours, with its code in `.code`.

    `secret` says that the calls are made with the secret key, so that a refused key is named by its setting.
    """
    try:
        yield
    except AuthError as error:
        code = _code(error)
        raise error_of(f"secret_{code}" if secret and code == "key_refused" else code) from error
    except ValidationError as error:
        raise error_of("unreadable_answer") from error


@contextmanager
def passed_over(fine: Callable[[AuthApiError], bool]) -> Iterator[None]:
    """Ignore a refusal for which `fine` is true: it is as good as success."""
    try:
        yield
    except AuthApiError as error:
        if not fine(error):
            raise


def code_of(answer: Response) -> str:
    """The code in a refusal by the auth server; if it has none, the code for its HTTP status."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    code = body.get("error_code") if isinstance(body, dict) else None
    return code if isinstance(code, str) and code else _code_by_status(answer.status_code)


def _code(error: AuthError) -> str:
    if isinstance(error, AuthRetryableError):
        return "unavailable"
    return str(error.code) if error.code else _code_by_status(_status(error))


def _status(error: AuthError) -> int:
    if isinstance(error, AuthApiError):
        return error.status
    original = error.original_error if isinstance(error, AuthUnknownError) else None
    return original.response.status_code if isinstance(original, HTTPStatusError) else 0


def _code_by_status(status: int) -> str:
    """For answers without a code: they come from the gateway, not from the auth server."""
    return "unavailable" if status >= 500 else _BY_STATUS.get(status, "unexpected_failure")
