"""Turns the API's refusals and missing answers into errors for the client's caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx

from genjobs.client.steps import Reply, Request
from genjobs.data.transport.error_codes import CODES, TRANSPORT, Meaning
from genjobs.domain.errors import (
    ConsoleError,
    NotSignedIn,
    SchemaBehind,
    SettingsError,
    TimedOut,
    Unavailable,
    UnexpectedError,
)

_UNKNOWN = Meaning(
    UnexpectedError, "the answer was not understood", "Report it with its code.", uncertain=True
)
_FAILED = Meaning(Unavailable, "the service failed", "Try again in a moment.", uncertain=True)
_HINTS: dict[type[ConsoleError], str] = {
    NotSignedIn: "Pass a valid token, or a function that returns one, and the key of the same project.",
    SchemaBehind: "Apply the migrations: genjobs migrate --database-url …",
    SettingsError: "Check the url, which is https://<project>.supabase.co, and the key.",
}
NOT_KNOWN = "It is not known whether it took effect."
_UNTOUCHED = "Nothing was written."
_LOOK = "Check with list before you try again. With a key, a job is never created twice."
_AGAIN = "Call again. What already took effect is not repeated."


@dataclass(frozen=True)
class Refusal:
    """`may_repeat`: sending the request again is safe, and may help."""

    error: ConsoleError
    may_repeat: bool


def refusal(request: Request, reply: Reply) -> Refusal | None:
    """Why a request failed; None if it did not."""
    if isinstance(reply, httpx.Response):
        if reply.is_success:
            return None
        meaning, said = _answered(reply)
    else:
        kind = next(known for known in type(reply).__mro__ if known in TRANSPORT)
        meaning, said = TRANSPORT[kind], {"code": type(reply).__name__}
    broke = meaning.uncertain or meaning.untouched
    certain = meaning.untouched or request.effect != "once"
    return Refusal(_error(request, meaning, said), may_repeat=broke and certain)


def told(task: str, said: Mapping[str, Any]) -> ConsoleError:
    """The error for a code, message, details and hint from the database."""
    return _worded(task, CODES.get(said.get("code") or "", _UNKNOWN), said)


def _answered(answer: httpx.Response) -> tuple[Meaning, Mapping[str, Any]]:
    """The meaning by the code in the body, else by the status, because gateways answer without a code."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    said = body if isinstance(body, dict) else {}
    if said.get("code") == "" and said.get("message") == "":
        return TRANSPORT[httpx.NetworkError], {"code": str(answer.status_code)}
    if _is_of_a_gateway(answer, said):
        return _FAILED, {**said, "code": str(answer.status_code)}
    code = next((one for one in (str(said.get("code")), str(answer.status_code)) if one in CODES), None)
    if code is None:
        return _UNKNOWN, {
            "message": answer.text[:200],
            **said,
            "code": said.get("code") or answer.status_code,
        }
    return CODES[code], {**said, "code": code}


def _is_of_a_gateway(answer: httpx.Response, said: Mapping[str, Any]) -> bool:
    """Whether a failure says nothing but its status, and this only that something failed."""
    status = str(answer.status_code)
    if not answer.is_server_error or str(said.get("code") or "") not in ("", status):
        return False
    return CODES.get(status, _UNKNOWN).error is UnexpectedError


def _error(request: Request, meaning: Meaning, said: Mapping[str, Any]) -> ConsoleError:
    """The error; for a write it says whether it took effect, if that is not obvious."""
    if request.effect == "read" or not (meaning.uncertain or meaning.untouched):
        return _worded(request.task, meaning, said)
    if meaning.untouched:
        return _worded(request.task, meaning, said, after=_UNTOUCHED)
    kind = TimedOut if meaning.error is Unavailable else meaning.error
    hint = _AGAIN if request.effect == "repeatable" else _LOOK
    return _worded(request.task, replace(meaning, error=kind), said, after=NOT_KNOWN, hint=hint)


def _worded(
    task: str, meaning: Meaning, said: Mapping[str, Any], *, after: str = "", hint: str = ""
) -> ConsoleError:
    """Messages of our own functions have a hint; those of PostgreSQL and PostgREST only explain a code."""
    words, advice = _line(said.get("message")).rstrip("."), _line(said.get("hint"))
    code = str(said.get("code") or "")
    if words and advice and meaning.error not in (UnexpectedError, *_HINTS):
        reason = words[0].lower() + words[1:]
        reason = f"{reason}: {_line(said['details']).rstrip('.')}" if said.get("details") else reason
    else:
        advice = _HINTS.get(meaning.error, meaning.hint)
        reason = f"{meaning.reason} ({f'{code}: ' if code else ''}{words})" if words else meaning.reason
    message = f"Could not {task}: {reason}. {after}".rstrip()
    return meaning.error(message, hint=hint or advice, code=code)


def _line(said: object) -> str:
    return " ".join(str(said or "").split())
