"""The two cookies: who is signed in, and for some minutes the e-mail address of a form that failed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

_SESSION = "genjobs_session"
_EMAIL = "genjobs_email"
_EMAIL_SECONDS = 900


def session_cookie(*, secure: bool) -> str:
    """The name of the session's cookie. On https no other site of the domain can set one of that name."""
    return f"__Host-{_SESSION}" if secure else _SESSION


def session_id(cookies: Mapping[str, str], *, secure: bool) -> str | None:
    """The session id that a browser sent; whether it is one, the store knows."""
    return cookies.get(session_cookie(secure=secure))


def remembered_email(cookies: Mapping[str, str]) -> str:
    """The address that was entered last, or an empty text."""
    value = cookies.get(_EMAIL, "")
    return from_cookie(value) if isinstance(value, str) else ""


def is_secure(request: Request) -> bool:
    """Whether the browser came over https. It says so in `Origin`, whatever proxies stand in between."""
    return request.headers.get("origin", str(request.url)).startswith("https://")


def keep_session(request: Request, response: Response, session: str, age: timedelta) -> None:
    """Hand the browser its session for at most `age`; scripts and other sites' posts cannot reach it."""
    _set(request, response, session_cookie(secure=is_secure(request)), session, int(age.total_seconds()))


def drop_session(request: Request, response: Response) -> None:
    """Take the session's id out of the browser."""
    _set(request, response, session_cookie(secure=is_secure(request)), "", 0)


def keep_email(request: Request, response: Response, email: str) -> None:
    """Remember the address for the next form; it never stands in an address bar or a log."""
    _set(request, response, _EMAIL, to_cookie(email), _EMAIL_SECONDS)


def drop_email(request: Request, response: Response) -> None:
    """Forget the address."""
    _set(request, response, _EMAIL, "", 0)


def to_cookie(text: str) -> str:
    """`text` in characters that a cookie may hold."""
    return text.encode().hex()


def from_cookie(value: str) -> str:
    """What `to_cookie` wrote; an empty text for anything else."""
    try:
        return bytes.fromhex(value).decode()
    except ValueError:
        return ""


def _set(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=is_secure(request)
    )
