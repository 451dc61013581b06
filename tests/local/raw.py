"""Requests that no HTTP library would send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse

import httpx

PATIENCE_SECONDS = 20


@contextmanager
def sent(address: str, head: str, body: bytes = b"") -> Iterator[socket.socket]:
    """A connection to `address` (http://host:port) on which `head` and `body` were sent.

    `head` holds the first line and the headers, each ended by a newline, in Latin-1.
    """
    url = httpx.URL(address)
    with socket.create_connection((url.host, url.port or 80), timeout=PATIENCE_SECONDS) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n" + body)
        yield connection


def exchanged(address: str, head: str, body: bytes = b"") -> httpx.Response:
    """The answer to what is sent, as in `sent`; nothing more is sent after it."""
    with sent(address, head, body) as connection, HTTPResponse(connection) as response:
        response.begin()
        return httpx.Response(response.status, headers=response.getheaders(), content=response.read())
