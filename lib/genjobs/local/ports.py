"""Loopback ports: finding a free one, and a socket that holds it."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from genjobs.domain.errors import Unavailable

LOOPBACK = "127.0.0.1"


def listening_socket(candidates: Iterable[int]) -> socket.socket:
    """A TCP socket listening on the first of `candidates` that is free on the loopback (0 takes any).

    Raises Unavailable if none is free.
    """
    # Names the protocol: asyncio turns Nagle's algorithm off only for sockets that say they are TCP.
    tried = []
    for port in candidates:
        candidate = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
            candidate.listen()
        except OSError:
            candidate.close()
            tried.append(port)
            continue
        return candidate
    raise Unavailable(
        f"No free port on {LOOPBACK}: tried {', '.join(map(str, tried))}.",
        hint="Stop the program that listens there, or choose another port.",
    )


def free_port(*preferred: int) -> int:
    """The first of `preferred` that is free on the loopback, else any free port."""
    with listening_socket([*preferred, 0]) as probe:
        port: int = probe.getsockname()[1]
        return port
