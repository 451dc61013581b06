"""Refuses to change every row of a table at once, as hosted projects do by an extension the wheel lacks."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

NO_FILTER = {"select", "columns", "order", "limit", "offset", "on_conflict", "apikey"}
VERBS = {"PATCH": "UPDATE", "DELETE": "DELETE"}


def refusal(request: Request) -> Response | None:
    """A 400 with SQLSTATE 21000 for an update or delete without a filter, else None."""
    verb = VERBS.get(request.method)
    if verb is None or _filters(request.url.query):
        return None
    message = f"{verb} requires a WHERE clause"
    return JSONResponse({"code": "21000", "details": None, "hint": None, "message": message}, 400)


def _filters(query: str) -> bool:
    """Whether the query has a condition on the table itself, not only on an embedded one."""
    names = [name.removeprefix("not.") for name, _ in parse_qsl(query, keep_blank_values=True)]
    return any(name not in NO_FILTER and "." not in name for name in names)
