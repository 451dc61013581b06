"""A worker's metrics are served, whatever other connections do."""

from __future__ import annotations

import socket

import httpx

from genjobs.local.ports import free_port
from genjobs.worker.metrics import Metrics, serve


def test_a_connection_that_sends_nothing_keeps_nobody_waiting() -> None:
    port = free_port()
    end = serve(Metrics(), port)
    with socket.create_connection(("127.0.0.1", port)):
        for path in ("metrics", "healthz"):
            assert httpx.get(f"http://127.0.0.1:{port}/{path}", timeout=4).status_code in (200, 503)
        end()
