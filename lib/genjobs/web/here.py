"""Which requests come from this machine itself: the guard decides it once and notes it in a header.

It uses a header because a Streamlit script sees nothing else of a request. A header of that name that the
sender set is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import Scope

from genjobs.web.hosts import is_loopback, read_host, read_origin

_HEADER = "x-genjobs-from-this-machine"
_OF_PROXIES = ("forwarded", "via", "x-real-ip")


def marked(scope: Scope) -> Scope:
    """`scope` with a header that says whether the request came from this machine."""
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != _HEADER.encode()]
    came = b"yes" if _came_from_here(scope) else b"no"
    return {**scope, "headers": [*kept, (_HEADER.encode(), came)]}


def is_here(headers: Mapping[str, str]) -> bool:
    """Whether a request with these headers, which has passed the guard, was sent from this machine."""
    return headers.get(_HEADER) == "yes"


def _came_from_here(scope: Scope) -> bool:
    """Whether it came over loopback, under a loopback name, and not through a proxy.

    A proxy on this machine connects over loopback for visitors from anywhere. It is recognised by the headers
    that it adds or the name that it passes on; the visitor's address in those headers is not trusted.
    """
    headers, peer = Headers(scope=scope), scope.get("client")
    if peer is None or not is_loopback(peer[0]) or any(map(_is_of_proxies, headers)):
        return False
    hosts = [read_host(text) for text in headers.getlist("host")]
    pages = [read_origin(text) for text in headers.getlist("origin")]
    named = hosts + [page.host if page else None for page in pages]
    return bool(hosts) and all(host is not None and host.is_loopback for host in named)


def _is_of_proxies(header: str) -> bool:
    return header in _OF_PROXIES or header.startswith("x-forwarded-")
