"""Passing a request on to the part behind the gateway, body by body, and saying honestly when that fails."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from urllib.parse import unquote_to_bytes

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from genjobs.local.guards import BodyTooLarge, announces_more, limited
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
ONCE = {"HEAD": [(b"connection", b"close")]}
"""PostgREST ends a connection after HEAD without a word: a next request on it would meet a closed door."""
TIMEOUT = httpx.Timeout(60, connect=5)
LARGEST_BODY = 100_000_000
AGAIN = "Nothing was written. It is being started again: try once more in a second."
UNKNOWN = "Whether a write took place is not known: look before you send it again."


async def passed_on(
    client: httpx.AsyncClient, url: str, request: Request, largest: int = LARGEST_BODY
) -> Response:
    """The answer of the part at `url`; 503 when it is not there, 504 when late, 502 when it breaks off.

    A body of more than `largest` bytes is a 413 and does not arrive whole, so that nothing comes of it.
    """
    try:
        if announces_more(request, largest):
            raise BodyTooLarge
        return await _answered(client, _onward(client, url, request, largest))
    except BodyTooLarge:
        return _failure(413, f"The body is larger than {largest:,} bytes", "Send it in parts.")
    except ClientDisconnect:
        return _failure(400, "The client went away before its body was whole", UNKNOWN)
    except httpx.ConnectError:
        return unavailable()
    except httpx.TimeoutException:
        return _failure(504, "PostgREST did not answer in time", UNKNOWN)
    except httpx.HTTPError as error:
        return _failure(502, f"PostgREST broke off: {error or type(error).__name__}", UNKNOWN)


def unavailable() -> Response:
    return _failure(503, "PostgREST is not running", AGAIN)


def _failure(status: int, message: str, hint: str) -> Response:
    return refusal(status, f"LOCAL{status}", message, hint)


async def _answered(client: httpx.AsyncClient, onward: httpx.Request) -> Response:
    answer = await client.send(onward, stream=True)
    response: Response
    if answer.status_code == 400:
        body = b"".join([chunk async for chunk in _streamed(answer)])
        if _says_nothing(body):
            return _failure(502, "PostgreSQL broke off before it answered PostgREST", UNKNOWN)
        response = Response(body, 400)
    else:
        response = StreamingResponse(_streamed(answer), answer.status_code)
    response.raw_headers = _kept(answer.headers.raw)
    return response


def _says_nothing(body: bytes) -> bool:
    """Whether it is what PostgREST makes of a database that vanished while it waited: an empty error."""
    try:
        said = json.loads(body)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("code") == "" and said.get("message") == ""


def _onward(client: httpx.AsyncClient, url: str, request: Request, largest: int) -> httpx.Request:
    parts = request.scope["query_string"].split(b"&")
    query = b"&".join(part for part in parts if unquote_to_bytes(part.partition(b"=")[0]) != b"apikey")
    path = request.scope["raw_path"].removeprefix(PREFIX)
    target = httpx.URL(url).copy_with(raw_path=path + (b"?" + query if query else b""))
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    return client.build_request(
        request.method,
        target,
        headers=[*_kept(request.headers.raw), *ONCE.get(request.method, ())],
        content=limited(request.stream(), largest) if has_body else None,
    )


def _kept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]


async def _streamed(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()
