"""The guard in front of everything that the server answers: forms, files and sockets.

It refuses three things: requests with a Host name that is not the console's, so that no site can point its
own name here and read the answers (DNS rebinding); sockets opened by another site's page, also from another
port of this host; and the server's metrics to other machines. It notes which requests come from this machine.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from genjobs.web.here import is_here, marked
from genjobs.web.hosts import Host, Origin, is_allowed, may_open_socket, read_host, read_origin

_METRICS = "/_stcore/metrics"
_SHOWN = 200
_SECRET = re.compile(r"(/demo/).+")
_Read = TypeVar("_Read")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """Why a request is refused: the HTTP status, and the text for the sender and for the log."""

    status: int
    reason: str


_NAME = Refusal(
    400,
    "This console does not answer to the name in the Host header. "
    "Open it by its IP address, or start it with --server.allowedHosts and that name.",
)
_PAGE = Refusal(
    403,
    "The page's origin differs from the Host header. Have the proxy pass on that header, "
    "or start the console with --server.corsAllowedOrigins and that origin.",
)
_FIGURES = Refusal(403, "The server's metrics are for this machine only.")


class Guard:
    """ASGI middleware around the whole server.

    `hosts` are names and patterns as in Streamlit's `server.allowedHosts`, `origins` such as
    `https://console.example` as in `server.corsAllowedOrigins`.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str] = (), origins: Iterable[str] = ()) -> None:
        self._app = app
        self._hosts = tuple(hosts)
        self._origins = _read_all(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request to the server, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        noted = marked(scope)
        refusal = self._refusal(noted)
        if refusal is None:
            await self._app(noted, receive, send)
        else:
            logger.warning("Refused %s. %s", _described(scope), refusal.reason)
            await _answer(scope, refusal)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        headers = Headers(scope=scope)
        host = _only(headers, "host", read_host)
        if host is None or not is_allowed(host, self._hosts):
            return _NAME
        if scope["type"] == "websocket" and not self._may_open(scope, host, headers):
            return _PAGE
        if scope["path"].rstrip("/").endswith(_METRICS) and not is_here(headers):
            return _FIGURES
        return None

    def _may_open(self, scope: Scope, host: Host, headers: Headers) -> bool:
        origin = _only(headers, "origin", read_origin)
        encrypted = scope.get("scheme") == "wss"
        return origin is not None and may_open_socket(origin, host, self._origins, encrypted=encrypted)


def _read_all(origins: Iterable[str]) -> frozenset[Origin]:
    read = {text: read_origin(text.strip().removesuffix("/")) for text in origins}
    for text in (text for text, origin in read.items() if origin is None):
        logger.warning(
            "%r in server.corsAllowedOrigins is not an origin such as https://console.example.", text
        )
    return frozenset(origin for origin in read.values() if origin)


def _only(headers: Headers, name: str, read: Callable[[str], _Read | None]) -> _Read | None:
    """The header's value; None if it is missing, sent twice or unclear."""
    values = headers.getlist(name)
    return read(values[0]) if len(values) == 1 else None


def _answer(scope: Scope, refusal: Refusal) -> ASGIApp:
    """The server answers a socket that is closed before it is accepted with 403."""
    if scope["type"] == "websocket":
        return WebSocketClose()
    return PlainTextResponse(refusal.reason, refusal.status, {"Cache-Control": "no-store"})


def _described(scope: Scope) -> str:
    headers = Headers(scope=scope)
    said = {name: headers.getlist(name) for name in ("host", "origin")}
    path = _SECRET.sub(r"\1…", scope["path"])
    return f"{scope['type']} {path!r:.{_SHOWN}} with {said!r:.{_SHOWN}}"
