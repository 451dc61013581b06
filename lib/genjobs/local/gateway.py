"""One address for all parts: serves /auth/v1, passes /rest/v1 on to PostgREST, refuses everything else."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from genjobs.local import absent, guards, refusals, safe_update, upstream
from genjobs.local.api_keys import ApiKeys
from genjobs.local.ports import LOOPBACK
from genjobs.local.upstream import LARGEST_BODY, TIMEOUT, unavailable

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
OPEN_PATHS = ("/auth/v1/.well-known/jwks.json", "/auth/v1/health")
READABLE_HEADERS = [
    "Content-Range",
    "Content-Location",
    "Location",
    "Preference-Applied",
    "X-Total-Count",
    "Link",
]


def application(
    api_keys: ApiKeys,
    auth: ASGIApp,
    rest_url: Callable[[], str | None],
    timeout: aiohttp.ClientTimeout = TIMEOUT,
    largest_body: int = LARGEST_BODY,
) -> Starlette:
    """The gateway. `rest_url` returns PostgREST's current URL, or None while it is down."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, aiohttp.ClientSession]]:
        async with upstream.client(timeout) as client:
            yield {"upstream": client}

    async def rest(request: Request) -> Response:
        refused = guards.unreadable(request) or safe_update.refusal(request)
        if refused:
            return refused
        url = rest_url()
        if url is None:
            return unavailable()
        return await upstream.passed_on(request.state.upstream, url, request, largest_body)

    return Starlette(
        routes=[
            *absent.routes(METHODS),
            Mount("/auth/v1", auth),
            Route("/rest/v1/{path:path}", rest, methods=METHODS),
        ],
        middleware=[
            _any_origin(),
            Middleware(guards.FramingGate),
            Middleware(KeyGate, api_keys=api_keys),
        ],
        exception_handlers={HTTPException: refusals.of_the_router, Exception: refusals.of_a_failure},
        lifespan=lifespan,
    )


def _any_origin() -> Middleware:
    """Any origin is allowed, as hosted: a project is protected by keys and policies, not by origin."""
    return Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=READABLE_HEADERS,
    )


class KeyGate:
    """Admits requests with one of the project's API keys, and turns opaque keys into tokens."""

    def __init__(self, app: ASGIApp, api_keys: ApiKeys) -> None:
        self.app = app
        self.api_keys = api_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"] in OPEN_PATHS:
            await self.app(scope, receive, send)
            return
        request = HTTPConnection(scope)
        refusal = self._refusal(request)
        if refusal:
            await refusal(scope, receive, send)
        else:
            await self.app(self._admitted(request), receive, send)

    def _refusal(self, request: HTTPConnection) -> Response | None:
        key = _api_key(request)
        if not key:
            hint = "No `apikey` request header or url param was found."
            return JSONResponse({"message": "No API key found in request", "hint": hint}, 401)
        if self.api_keys.role(key) is None:
            hint = "Double check your Supabase API key."
            return JSONResponse({"message": "Invalid API key", "hint": hint}, 401)
        return None

    def _admitted(self, request: HTTPConnection) -> Scope:
        key = _api_key(request)
        authorization = self.api_keys.authorization(key, request.headers.get("Authorization"))
        headers = [(name, value) for name, value in request.scope["headers"] if name != b"authorization"]
        headers.append((b"authorization", authorization.encode("latin-1")))
        state = dict(request.scope.get("state", {}), address=_address(request, self.api_keys.is_secret(key)))
        return {**request.scope, "headers": headers, "state": state}


def _api_key(request: HTTPConnection) -> str:
    return request.headers.get("apikey") or request.query_params.get("apikey", "")


def _address(request: HTTPConnection, trusted: bool) -> str:
    """The client's address: the peer's, or the one that a holder of the secret key passes on.

    All loopback addresses count as one address.
    """
    peer = request.client.host if request.client else LOOPBACK
    told = request.headers.get("Sb-Forwarded-For", "").split(",")[0].strip() if trusted else ""
    try:
        address = ipaddress.ip_address(told or peer)
    except ValueError:
        address = ipaddress.ip_address(peer)
    mapped = getattr(address, "ipv4_mapped", None) or address
    return LOOPBACK if mapped.is_loopback else str(address).partition("%")[0]
