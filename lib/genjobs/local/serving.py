"""Runs the gateway and the auth server in one uvicorn, in a thread of the supervisor."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp

from genjobs.domain.errors import Unavailable
from genjobs.local.ports import LOOPBACK

START_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 75
"""Longer than clients keep an idle connection, so that none is closed while a request is being sent."""
STOP_SECONDS = 3


@dataclass
class HttpServer:
    """A running HTTP server."""

    port: int
    server: uvicorn.Server = field(repr=False)
    thread: threading.Thread = field(repr=False)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def stop(self) -> None:
        """Finish running requests, for a few seconds at most."""
        self.server.should_exit = True
        self.thread.join(STOP_SECONDS + 2)


def serve(app: ASGIApp, listener: socket.socket) -> HttpServer:
    """Serve `app` on the bound `listener`. Raises Unavailable if it does not start.

    Forwarding headers are not trusted, and request URLs are not logged, as they may contain keys.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True, name="gateway")
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise Unavailable("The gateway did not start: see the supervisor's log.")
        time.sleep(0.01)
    return HttpServer(listener.getsockname()[1], server, thread)
