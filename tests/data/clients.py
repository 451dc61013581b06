"""The client for people's own code, waiting or awaited, as one function that asks it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from inspect import isawaitable
from typing import Any

import httpx

from genjobs import AsyncClient, Client
from genjobs.local.stack import StackInfo
from tests.coroutines import run
from tests.data.people import Person

Ask = Callable[..., Any]
KINDS = ("blocking", "asynchronous")


def token_of(person: Person) -> str:
    return person.client.options.headers["Authorization"].removeprefix("Bearer ")


def asking(info: StackInfo, kind: str, person: Person, url: str | None = None) -> Ask:
    """`ask("get", job_id)` is what the client's method `get` answers to this person; streams are lists.

    `url` is another way to the same project.
    """
    url, key, token = url or info.url, info.publishable_key, token_of(person)
    if kind == "blocking":

        def ask(method: str, *values: Any, **more: Any) -> Any:
            with Client(url, key, token=token) as client:
                answer = getattr(client, method)(*values, **more)
                return list(answer) if method == "watch" else answer

        return ask

    async def fresh() -> str:
        return token

    async def awaited(method: str, *values: Any, **more: Any) -> Any:
        async with AsyncClient(url, key, token=fresh) as client:
            answer = getattr(client, method)(*values, **more)
            if isinstance(answer, AsyncIterator):
                return [item async for item in answer]
            return await answer if isawaitable(answer) else answer

    return lambda method, *values, **more: run(awaited(method, *values, **more))


@contextmanager
def losing_answers(info: StackInfo, number: int) -> Iterator[str]:
    """The address of a way to the stack on which the first `number` answers are lost, no request is."""
    left = [number]

    class Way(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: self.headers[name] for name in ("apikey", "Authorization", "Content-Type")}
            address = f"{info.url}{self.path}"
            answer = httpx.request(self.command, address, content=body, headers=headers, timeout=10)
            left[0] -= 1
            if left[0] >= 0:
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Way)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
