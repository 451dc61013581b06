"""The blocking client's connections, which a forked process does not share with its parent."""

from __future__ import annotations

import os

import httpx

from genjobs.client.access import TIMEOUT


class Connections:
    """Connections to `base_url`; a process that was forked meanwhile opens others for itself."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._owned = os.getpid(), self._opened()

    @property
    def http(self) -> httpx.Client:
        """Those of this process, or closed ones if they were closed before it was forked.

        The inherited ones are only forgotten, not closed: the parent reads its answers from the same sockets,
        and one of its threads may have held their locks. If several threads of a child are the first at the
        same time, each may open some, and the last ones are kept.
        """
        owner, http = self._owned
        if owner != os.getpid() and not http.is_closed:
            http = self._opened()
            self._owned = os.getpid(), http
        return http

    def _opened(self) -> httpx.Client:
        return httpx.Client(base_url=self._base_url, timeout=TIMEOUT)
