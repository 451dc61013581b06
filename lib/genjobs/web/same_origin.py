"""Recognise posts that another site made the browser send."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers


def is_same_origin(headers: Headers) -> bool:
    """Whether a page of this console sent the request.

    Browsers say so in `Sec-Fetch-Site`, which no page can forge. They leave it out on plain http that is not
    loopback; there `Origin` must name the host that the request came to. A request with neither is refused:
    the routes are for browsers, and a program signs in with Supabase itself.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc.lower() == headers.get("host", "").lower()
