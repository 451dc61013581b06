"""Sending requests: reads are retried, writes never are; a refusal keeps its HTTP status."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import httpx

BACK_OFF_SECONDS = (0.1, 0.4)
TRANSIENT_STATUSES = frozenset({502, 503, 504})


class ReadRetryingTransport(httpx.BaseTransport):
    """Sends GET and HEAD up to three times if the connection breaks or a gateway is unavailable.

    A time-out is not retried, so that ten seconds stay ten seconds. A write is sent once, because nobody can
    tell whether the first attempt took effect.
    """

    def __init__(self, inner: httpx.BaseTransport, pause: Callable[[float], None] = time.sleep) -> None:
        self._inner = inner
        self._pause = pause

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; raises the error of the last attempt."""
        if request.method in ("GET", "HEAD"):
            for seconds in BACK_OFF_SECONDS:
                response = self._try(request)
                if response is not None:
                    return response
                self._pause(seconds)
        return self._inner.handle_request(request)

    def _try(self, request: httpx.Request) -> httpx.Response | None:
        try:
            response = self._inner.handle_request(request)
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            return None
        if response.status_code not in TRANSIENT_STATUSES:
            return response
        response.close()
        return None

    def close(self) -> None:
        """Close the underlying connections."""
        self._inner.close()


def refuse_answers_without_code(response: httpx.Response) -> None:
    """Raise HTTPStatusError for a refusal of the data API whose JSON body has no `code`.

    Gateways answer like this, and postgrest-py would turn it into an error with neither code nor status.
    """
    if response.is_success or "/rest/v1" not in response.request.url.path:
        return
    response.read()
    if _is_object_without_code(response.content):
        response.raise_for_status()


def _is_object_without_code(content: bytes) -> bool:
    try:
        body = json.loads(content)
    except ValueError:
        return False
    return isinstance(body, dict) and not body.get("code")
