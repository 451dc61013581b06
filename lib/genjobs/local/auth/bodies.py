"""Request bodies: read up to a limit, and parsed as JSON that can be stored and sent back."""

from __future__ import annotations

import json
import math
from typing import Any

from starlette.requests import Request

from genjobs.local.auth.refusals import AuthRefusal
from genjobs.local.guards import BodyTooLarge, limited

LARGEST = 1 << 20
DEEPEST = 100
"""Levels of nesting, well below what Python and PostgreSQL accept."""


async def read(request: Request) -> bytes:
    """The body; a 413 as soon as more than LARGEST bytes have come."""
    try:
        return b"".join([chunk async for chunk in limited(request.stream(), LARGEST)])
    except BodyTooLarge as error:
        message = f"Request body too large (max {LARGEST} bytes)"
        raise AuthRefusal(413, "request_entity_too_large", message) from error


def parsed(raw: bytes) -> dict[str, Any]:
    """The JSON object in a body; empty if there is no body. Raises a 400 bad_json for anything else."""
    try:
        value = json.loads(raw) if raw else {}
        _check(value)
    except (ValueError, RecursionError) as error:
        raise _bad_json(str(error)) from error
    if not isinstance(value, dict):
        raise _bad_json("it is no object")
    return value


def _bad_json(why: str) -> AuthRefusal:
    return AuthRefusal(400, "bad_json", f"Could not parse request body as JSON: {why}")


def _check(value: Any) -> None:
    """Raises ValueError for values that JSON can express but UTF-8 or PostgreSQL cannot."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return
    raise ValueError(f"it is nested more than {DEEPEST} levels deep")


def _parts(value: Any) -> list[Any]:
    """The parts of `value`, after checking `value` itself."""
    if isinstance(value, dict):
        return [*value, *value.values()]
    if isinstance(value, str):
        value.encode()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is no number")
    return value if isinstance(value, list) else []
