"""Where to go after signing in: always a page of this console, whatever the form says."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

VIEW = "sign-in"
NOTICE = "notice"
_OWN = (VIEW, NOTICE)
_LONGEST = 2000
_CLIMBS = re.compile(r"[\\/]{2}|[\\/]\.{1,2}(?:[\\/]|$)")
"""Parts that browsers and proxies resolve, some of them to another host."""


def local_path(wanted: str) -> str:
    """`wanted` when it is a path of this console, with its query, without the sign-in screen's own; else `/`.

    Browsers read `//host` and `/\\host` as other hosts, and drop tabs and newlines before they look.
    """
    if not _is_local(wanted):
        return "/"
    parts = urlsplit(wanted)
    kept = [
        (name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in _OWN
    ]
    return parts.path + (f"?{urlencode(kept)}" if kept else "")


def sign_in_page(wanted: str, *, view: str = "", notice: str = "") -> str:
    """The address that shows the sign-in screen's `view` with `notice`, a code, and leads on to `wanted`."""
    path = local_path(wanted)
    own = [(name, value) for name, value in ((VIEW, view), (NOTICE, notice)) if value]
    return path + ("&" if "?" in path else "?") + urlencode(own) if own else path


def _is_local(wanted: str) -> bool:
    path = unquote(wanted.partition("?")[0])
    starts_right = all(text[:1] == "/" and text[1:2] not in ("/", "\\") for text in (wanted, path))
    readable = wanted.isascii() and wanted.isprintable() and path.isprintable() and len(wanted) <= _LONGEST
    return starts_right and readable and not _CLIMBS.search(path) and not path.startswith("/session/")
