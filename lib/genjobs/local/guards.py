"""Requests that no part of the stack could read: the gateway refuses them with a reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote_to_bytes

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from genjobs.local.refusals import refusal

LARGEST_HEAD = 51_200
"""Bytes of a request's first line and headers that PostgREST's server reads."""


class FramingGate:
    """Refuses a body with both a length and chunked encoding: the parts would disagree where it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and {"content-length", "transfer-encoding"} <= set(
            HTTPConnection(scope).headers.keys()
        ):
            said = "The request has both Content-Length and Transfer-Encoding."
            await refusal(400, "bad_request", said, "Send one of them.")(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def unreadable(request: Request) -> Response | None:
    """A refusal of requests that PostgREST would drop silently: invalid UTF-8, or too long a head."""
    target = request.scope["raw_path"] + b"?" + request.scope["query_string"]
    headers = request.scope["headers"]
    if b"#" in target or not all(map(_is_text, (unquote_to_bytes(target), *(value for _, value in headers)))):
        return refusal(400, "bad_request", "The request's URL or a header is not valid UTF-8 text.")
    size = len(target) + sum(len(name) + len(value) + len(": \r\n") for name, value in headers)
    if size > LARGEST_HEAD - 200:
        said = f"The request's URL and headers have {size:,} bytes; the limit is about {LARGEST_HEAD:,}."
        return refusal(431, "request_head_too_large", said, "Send smaller requests.")
    return None


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


class BodyTooLarge(Exception):
    """A body is larger than the limit."""


async def limited(body: AsyncIterator[bytes], largest: int) -> AsyncIterator[bytes]:
    """The chunks of `body` as they arrive. Raises BodyTooLarge at the first that exceeds `largest`."""
    size = 0
    async for chunk in body:
        size += len(chunk)
        if size > largest:
            raise BodyTooLarge
        yield chunk


def announces_more(request: Request, largest: int) -> bool:
    """Whether the request's own length exceeds `largest`; the HTTP server accepts only numbers."""
    return int(request.headers.get("content-length") or 0) > largest
