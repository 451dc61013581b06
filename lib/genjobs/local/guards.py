"""Requests that no part of the stack could read: refused in the gateway, where the client learns why."""

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
    """Refuses a body of which both a length and chunks are announced: parts would disagree where it ends."""

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
    """A refusal of what PostgREST would end on without a word: bytes that are not UTF-8, too long a head."""
    target = request.scope["raw_path"] + b"?" + request.scope["query_string"]
    headers = request.scope["headers"]
    if b"#" in target or not all(map(_is_text, (unquote_to_bytes(target), *(value for _, value in headers)))):
        return refusal(400, "bad_request", "The request's address or a header is not valid UTF-8 text.")
    size = len(target) + sum(len(name) + len(value) + len(": \r\n") for name, value in headers)
    if size > LARGEST_HEAD - 200:
        said = f"The request's address and headers have {size:,} bytes, and about {LARGEST_HEAD:,} pass."
        return refusal(431, "request_head_too_large", said, "Ask in smaller parts.")
    return None


def _is_text(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


class BodyTooLarge(Exception):
    """A body goes on beyond what is read of it."""


async def limited(body: AsyncIterator[bytes], largest: int) -> AsyncIterator[bytes]:
    """The chunks of `body` as they come. Raises BodyTooLarge at the first that goes beyond `largest`."""
    size = 0
    async for chunk in body:
        size += len(chunk)
        if size > largest:
            raise BodyTooLarge
        yield chunk


def announces_more(request: Request, largest: int) -> bool:
    """Whether the request says itself that its body is larger; the HTTP server lets only numbers pass."""
    return int(request.headers.get("content-length") or 0) > largest
