"""Refusals, in the two formats that clients read."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse

VERSION_HEADER = "X-Supabase-Api-Version"
VERSION = "2024-01-01"
LONGEST_MESSAGE = 500


class AuthRefusal(Exception):
    """An answer other than success. With `keep`, what the call wrote before is committed.

    `message` may quote the client's input, so it is cut to LONGEST_MESSAGE characters.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        weak_password: list[str] | None = None,
        keep: bool = False,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.keep = status, code, keep
        self.message = message[:LONGEST_MESSAGE]
        self.extra = {} if weak_password is None else {"weak_password": {"reasons": weak_password}}

    def response(self, version: str | None) -> JSONResponse:
        """The body for a client of API `version`; None and older versions get the older format."""
        if version is not None and version >= VERSION:
            body: dict[str, Any] = {"code": self.code, "message": self.message, **self.extra}
            return JSONResponse(body, self.status, headers={VERSION_HEADER: VERSION})
        body = {"code": self.status, "error_code": self.code, "msg": self.message, **self.extra}
        return JSONResponse(body, self.status)


def invalid(message: str) -> AuthRefusal:
    return AuthRefusal(400, "validation_failed", message)
