"""One address for all parts: /auth/v1 is served here, /rest/v1 is passed on to PostgREST, body by body."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lib.local.api_keys import ApiKeys

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
OPEN_PATHS = ("/auth/v1/.well-known/jwks.json", "/auth/v1/health")
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
TIMEOUT = httpx.Timeout(60, connect=5)


def application(api_keys: ApiKeys, auth: ASGIApp, rest_url: Callable[[], str | None]) -> Starlette:
    """The gateway. `rest_url` tells where PostgREST is now; None while it is down."""
    client = httpx.AsyncClient(timeout=TIMEOUT, limits=httpx.Limits(max_connections=100))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    async def rest(request: Request) -> Response:
        return await _passed_on(client, rest_url(), request)

    routes = [Mount("/auth/v1", auth), Route("/rest/v1/{path:path}", rest, methods=METHODS)]
    gateway = Starlette(routes=routes, lifespan=lifespan)
    gateway.add_middleware(KeyGate, api_keys=api_keys)
    return gateway


class KeyGate:
    """Lets in who brings one of the project's API keys, and turns opaque keys into tokens."""

    def __init__(self, app: ASGIApp, api_keys: ApiKeys) -> None:
        self.app = app
        self.api_keys = api_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        refusal = self._refusal(request)
        await (refusal or self.app)(scope if refusal else self._admitted(request), receive, send)

    def _refusal(self, request: Request) -> Response | None:
        key = _api_key(request)
        if not key:
            return _answer(
                401, "No API key found in request", "No `apikey` request header or url param was found."
            )
        if self.api_keys.role(key) is None:
            return _answer(401, "Invalid API key", "Double check your Supabase API key.")
        return None

    def _admitted(self, request: Request) -> Scope:
        role = self.api_keys.role(_api_key(request)) or "anon"
        authorization = self.api_keys.authorization(role, request.headers.get("Authorization"))
        headers = [(name, value) for name, value in request.scope["headers"] if name != b"authorization"]
        headers.append((b"authorization", authorization.encode("latin-1")))
        forwarded = request.headers.get("Sb-Forwarded-For") if role == "service_role" else None
        return {**request.scope, "headers": headers, "state": {"address": forwarded}}


def _api_key(request: Request) -> str:
    return request.headers.get("apikey") or request.query_params.get("apikey", "")


def _answer(status: int, message: str, hint: str) -> JSONResponse:
    return JSONResponse({"message": message, "hint": hint}, status)


async def _passed_on(client: httpx.AsyncClient, rest_url: str | None, request: Request) -> Response:
    if rest_url is None:
        return _answer(503, "PostgREST is not running", "It is being started again: try once more.")
    try:
        answer = await client.send(_onward(client, rest_url, request), stream=True)
    except httpx.ConnectError:
        return _answer(503, "PostgREST cannot be reached", "It is being started again: try once more.")
    except httpx.TimeoutException:
        return _answer(504, "PostgREST did not answer in time", "The outcome of a write is not known.")
    except httpx.HTTPError as error:
        return _answer(502, f"PostgREST broke off: {error}", "The outcome of a write is not known.")
    response = StreamingResponse(_streamed(answer), answer.status_code)
    response.raw_headers = _kept(answer.headers.raw)
    return response


def _onward(client: httpx.AsyncClient, rest_url: str, request: Request) -> httpx.Request:
    parts = request.scope["query_string"].split(b"&")
    query = b"&".join(part for part in parts if not part.startswith(b"apikey="))
    path = request.scope["raw_path"].removeprefix(b"/rest/v1")
    url = httpx.URL(rest_url).copy_with(raw_path=path + (b"?" + query if query else b""))
    has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
    content = request.stream() if has_body else None
    return client.build_request(request.method, url, headers=_kept(request.headers.raw), content=content)


def _kept(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP]


async def _streamed(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()
