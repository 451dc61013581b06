"""Requests written line by line, also such as no browser sends."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import Self

HANDSHAKE = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
]


@dataclass(frozen=True)
class Server:
    """A server on this machine."""

    port: int

    @classmethod
    def at(cls, address: str) -> Self:
        """The server at an address such as `http://127.0.0.1:8501`."""
        return cls(int(address.rsplit(":", 1)[1]))

    def send(self, *lines: str) -> tuple[int, str]:
        """The status and the body of the answer; of a socket that is opened, the status alone."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
            while not answer.startswith(b"HTTP/1.1 101") and (part := connection.recv(65_536)):
                answer += part
        head, _, body = answer.decode("latin-1").partition("\r\n\r\n")
        return int(head.split()[1]), body

    def get(self, *headers: str, path: str = "/") -> tuple[int, str]:
        return self.send(f"GET {path} HTTP/1.1", "Connection: close", *headers)

    def open_socket(self, *headers: str) -> int:
        return self.send("GET /_stcore/stream HTTP/1.1", *HANDSHAKE, *headers)[0]
