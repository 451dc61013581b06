"""The gateway's own answers: JSON in which each client library finds the message that it shows."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


def refusal(
    status: int, code: str, message: str, hint: str | None = None, error: str | None = None
) -> JSONResponse:
    """A body with `code`, `message`, `details` and `hint`, as the data API sends, and fields for others.

    Clients of functions show `error`, by default the message; clients of storage need it and `statusCode`,
    and auth clients that name no version `msg` and `error_code`.
    """
    elsewhere = {"error": error or message, "statusCode": str(status), "msg": message, "error_code": code}
    body = {"code": code, "message": message, "details": None, "hint": hint, **elsewhere}
    return JSONResponse(body, status)


def of_the_router(request: Request, error: Exception) -> Response:
    """The answer for a path or a method that no part serves."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    what = f"{request.method} {request.scope['path']}"
    if status == 405:
        return refusal(405, "method_not_allowed", f"{what} is not allowed in the local stack.")
    return refusal(status, "not_in_local_stack", f"{what} is not part of the local stack.")


def of_a_failure(_request: Request, _error: Exception) -> Response:
    """The answer for an unexpected failure."""
    return refusal(500, "LOCAL500", "The gateway failed.", "See the supervisor's log.")
