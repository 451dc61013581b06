"""Passes requests on to the part behind the gateway, streaming bodies, and reports failures precisely."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterable
from urllib.parse import unquote_to_bytes

import aiohttp
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from yarl import URL

from genjobs.local.guards import LARGEST_HEAD, BodyTooLarge, announces_more, limited
from genjobs.local.refusals import refusal

HOP_BY_HOP = {
    b"connection",
    b"host",
    b"keep-alive",
    b"proxy-authenticate",
    b"proxy-authorization",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
}
PREFIX = b"/rest/v1"
ESTIMATES = re.compile(rb"count=(planned|estimated)")
"""Counts from the planner's statistics, which know the rows of everybody."""
ONCE = {"HEAD": [("connection", "close")]}
"""PostgREST silently closes a connection after HEAD, so the next request on it would fail."""
TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=60)
LARGEST_BODY = 100_000_000
LARGEST_FIELD = 2 * LARGEST_HEAD
"""PostgREST repeats the URL in a header of its answer."""
AGAIN = "Nothing was written. It is restarting. Try again in a second."
UNKNOWN = "It is not known whether a write took effect. Check before you send it again."


def client(timeout: aiohttp.ClientTimeout = TIMEOUT) -> aiohttp.ClientSession:
    """The client that passes requests on unchanged. Create and close it in the event loop that uses it."""
    session = aiohttp.ClientSession(
        timeout=timeout,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        max_field_size=LARGEST_FIELD,
        skip_auto_headers=("accept", "accept-encoding", "content-type", "user-agent"),
    )
    session._retry_connection = (
        False  # the second of two identical DELETEs would report that nothing was there
    )
    return session


async def passed_on(
    client: aiohttp.ClientSession, url: str, request: Request, largest: int = LARGEST_BODY
) -> Response:
    """The answer of the part at `url`; 503 if it is down, 504 if it is late, 502 if it breaks off.

    A body of more than `largest` bytes gets a 413; it is not passed on completely, so it has no effect.
    """
    try:
        if announces_more(request, largest):
            raise BodyTooLarge
        return await _answered(await _sent(client, url, request, largest))
    except (aiohttp.ClientError, TimeoutError, BodyTooLarge, ClientDisconnect) as error:
        return _told(error, largest)


def _told(error: Exception, largest: int) -> Response:
    """The error for the client; the cause of a broken body is the cause of the request's error."""
    of_the_body = error if isinstance(error, BodyTooLarge | ClientDisconnect) else error.__cause__
    if isinstance(of_the_body, BodyTooLarge):
        return _failure(413, f"The body is larger than {largest:,} bytes", "Send it in parts.")
    if isinstance(of_the_body, ClientDisconnect):
        return _failure(400, "The client disconnected before its body was complete", UNKNOWN)
    if isinstance(error, aiohttp.ClientConnectorError):
        return unavailable()
    if isinstance(error, TimeoutError):
        return _failure(504, "PostgREST did not answer in time", UNKNOWN)
    return _failure(502, f"PostgREST broke off: {error or type(error).__name__}", UNKNOWN)


def unavailable() -> Response:
    return _failure(503, "PostgREST is not running", AGAIN)


def _failure(status: int, message: str, hint: str) -> Response:
    return refusal(status, f"LOCAL{status}", message, hint)


async def _answered(answer: aiohttp.ClientResponse) -> Response:
    response: Response
    if answer.status == 400:
        body = b"".join([chunk async for chunk in _streamed(answer)])
        if _says_nothing(body):
            return _failure(502, "PostgreSQL broke off before it answered PostgREST", UNKNOWN)
        response = Response(body, 400)
    else:
        response = StreamingResponse(_streamed(answer), answer.status)
    response.raw_headers = _kept(answer.raw_headers)
    return response


def _says_nothing(body: bytes) -> bool:
    """Whether it is an empty error, which PostgREST sends if the database disappears while it waits."""
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("code") == "" and said.get("message") == ""


async def _sent(
    client: aiohttp.ClientSession, url: str, request: Request, largest: int
) -> aiohttp.ClientResponse:
    parts = request.scope["query_string"].split(b"&")
    query = b"&".join(part for part in parts if unquote_to_bytes(part.partition(b"=")[0]) != b"apikey")
    target = request.scope["raw_path"].removeprefix(PREFIX) + (b"?" + query if query else b"")
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    kept = [(name.decode(), _exact(name, value).decode()) for name, value in _kept(request.headers.raw)]
    return await client.request(
        request.method,
        URL(url + target.decode(), encoded=True),
        headers=[*kept, *ONCE.get(request.method, ())],
        data=limited(request.stream(), largest) if has_body else None,
        allow_redirects=False,
    )


def _exact(name: bytes, value: bytes) -> bytes:
    """The header, with an exact count of the caller's rows in place of an estimate."""
    return ESTIMATES.sub(b"count=exact", value) if name == b"prefer" else value


def _kept(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]


async def _streamed(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.content.iter_any():
            yield chunk
    finally:
        answer.close()
