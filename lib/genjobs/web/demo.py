"""Who may sign in as a demo user: visitors on this machine, and those who used the operator's link."""

from __future__ import annotations

import hmac
import socket
from collections.abc import Mapping

from starlette.responses import Response

from genjobs.domain.people import DemoPerson
from genjobs.runtime import Runtime
from genjobs.web import cookies
from genjobs.web.destination import sign_in_page
from genjobs.web.here import is_here
from genjobs.web.visit import Visit, see_other

PATH = "/demo"
_ANY = ("0.0.0.0", "::")  # noqa: S104


def people(
    runtime: Runtime, headers: Mapping[str, str], cookies_sent: Mapping[str, str]
) -> tuple[DemoPerson, ...]:
    """The demo users that a request with these headers and cookies may sign in as."""
    may = is_here(headers) or _holds(runtime, cookies.demo_token(cookies_sent))
    return runtime.demo_people() if may else ()


def arrive(visit: Visit) -> Response:
    """Answer the demo link: set the cookie and redirect to the sign-in screen, or report a bad link."""
    token = visit.request.path_params["token"]
    if not _holds(visit.runtime, token):
        return see_other(sign_in_page("/", notice="no_such_link"))
    response = see_other("/")
    cookies.keep_demo_token(visit.request, response, token)
    return response


def warning(token: str, address: str | None, port: int, *, encrypted: bool) -> str:
    """The warning with the link for the operator who shares the demo; the server listens on `address`."""
    host = own_address() if address is None or address in _ANY else address
    scheme = "https" if encrypted else "http"
    link = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}{PATH}/{token}"
    return (
        "GENJOBS_SHARE_DEMO is 1: anyone who opens this link, from anywhere, can sign in as the demo users "
        f"and change their data, until this console stops. Behind a proxy, use its address.\n  {link}"
    )


def _holds(runtime: Runtime, token: object) -> bool:
    if runtime.demo_token is None or not isinstance(token, str):
        return False
    return hmac.compare_digest(token.encode(errors="replace"), runtime.demo_token.encode())


def own_address() -> str:
    """The address at which others reach this machine, or 127.0.0.1. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
