"""Passing a request on to the part behind the gateway, body by body, and saying honestly when that fails."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

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
AGAIN = "Nothing was written. It is being started again: try once more in a second."
UNKNOWN = "Whether a write took place is not known: look before you send it again."


async def passed_on(client: httpx.AsyncClient, url: str, request: Request) -> Response:
    """The answer of the part at `url`; 503 when it is not there, 504 when late, 502 when it breaks off."""
    try:
        answer = await client.send(_onward(client, url, request), stream=True)
    except httpx.ConnectError:
        return unavailable()
    except httpx.TimeoutException:
        return _failure(504, "PostgREST did not answer in time", UNKNOWN)
    except httpx.HTTPError as error:
        return _failure(502, f"PostgREST broke off: {error or type(error).__name__}", UNKNOWN)
    response = StreamingResponse(_streamed(answer), answer.status_code)
    response.raw_headers = _kept(answer.headers.raw)
    return response


def unavailable() -> Response:
    return _failure(503, "PostgREST is not running", AGAIN)


def _failure(status: int, message: str, hint: str) -> Response:
    return JSONResponse({"code": f"LOCAL{status}", "message": message, "details": None, "hint": hint}, status)


def _onward(client: httpx.AsyncClient, url: str, request: Request) -> httpx.Request:
    parts = request.scope["query_string"].split(b"&")
    query = b"&".join(part for part in parts if not part.startswith(b"apikey="))
    path = request.scope["raw_path"].removeprefix(PREFIX)
    target = httpx.URL(url).copy_with(raw_path=path + (b"?" + query if query else b""))
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    return client.build_request(
        request.method,
        target,
        headers=[*_kept(request.headers.raw), *ONCE.get(request.method, ())],
        content=request.stream() if has_body else None,
    )


def _kept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]


async def _streamed(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()
