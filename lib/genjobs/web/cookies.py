"""The three cookies: the session, for some minutes what was entered, and permission to use the demo."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from genjobs.auth import form_memory
from genjobs.web.hosts import read_host, read_origin

_SESSION = "genjobs_session"
_ENTERED = "genjobs_email"
_DEMO = "genjobs_demo"
_DEMO_SECONDS = 604_800


def session_cookie(*, secure: bool) -> str:
    """The name of the session's cookie. On https no other site of the domain can set one of that name."""
    return f"__Host-{_SESSION}" if secure else _SESSION


def session_id(cookies: Mapping[str, str], *, secure: bool) -> str | None:
    """The session id that a browser sent; only the session store can tell whether it is valid."""
    return cookies.get(session_cookie(secure=secure))


def entered(cookies: Mapping[str, str]) -> str | None:
    """What was entered last, sealed; only the form memory can tell whether it is genuine."""
    return cookies.get(_ENTERED)


def demo_token(cookies: Mapping[str, str]) -> str | None:
    """The token of the shared demo link; only the runtime can tell whether it is valid."""
    return cookies.get(_DEMO)


def is_secure(request: Request) -> bool:
    """Whether the browser used https. It says so in `Origin`, even through proxies.

    A page with `Referrer-Policy: no-referrer` sends `null` there. Then it is https if a trusted proxy says so
    in `X-Forwarded-Proto`, which the server puts into the URL, or if the request has `Sec-Fetch-Site` and is
    not for this machine: over http, browsers send that header to loopback names only.
    """
    if page := read_origin(request.headers.get("origin", "")):
        return page.scheme == "https"
    host = read_host(request.headers.get("host", ""))
    fetched_safely = "sec-fetch-site" in request.headers and host is not None and not host.is_loopback
    return request.url.scheme == "https" or fetched_safely


def keep_session(request: Request, response: Response, session: str, age: timedelta) -> None:
    """Set the session cookie for at most `age`; scripts cannot read it, other sites' posts do not send it."""
    _set(request, response, session_cookie(secure=is_secure(request)), session, int(age.total_seconds()))


def drop_session(request: Request, response: Response) -> None:
    """Delete the session cookie."""
    _set(request, response, session_cookie(secure=is_secure(request)), "", 0)


def keep_entered(request: Request, response: Response, sealed: str) -> None:
    """Remember what was entered for the next form; it never appears in an address bar or a log."""
    _set(request, response, _ENTERED, sealed, form_memory.SECONDS)


def drop_entered(request: Request, response: Response) -> None:
    """Forget what was entered."""
    _set(request, response, _ENTERED, "", 0)


def keep_demo_token(request: Request, response: Response, token: str) -> None:
    """Let the browser use the demo."""
    _set(request, response, _DEMO, token, _DEMO_SECONDS)


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )
