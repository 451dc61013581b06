"""A client that was made, and used, before its process forked."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from genjobs import AsyncClient, Client
from genjobs.client.connections import Connections
from tests.coroutines import run

SECRET = "sb_secret_made_up"


class Api(ThreadingHTTPServer):
    """Has no jobs, keeps its connections open, and notes from which port each request came."""

    daemon_threads = True

    def __init__(self) -> None:
        self.ports: list[int] = []
        super().__init__(("127.0.0.1", 0), _Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Api

    def do_GET(self) -> None:
        self.server.ports.append(self.client_address[1])
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def in_a_child(action: Callable[[], object]) -> str:
    """What the action returns in a forked process, or its error; a process that hangs is killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            said = str(action())
        except BaseException as error:  # noqa: BLE001 - the child must end here
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


def test_a_forked_process_reads_from_connections_of_its_own(api: Api) -> None:
    with Client(api.url, SECRET) as client:
        client.list()
        assert [in_a_child(client.list) for _ in range(2)] == ["[]", "[]"]
        client.list()
    first, one, other, last = api.ports
    assert len({first, one, other}) == 3
    assert first == last


def test_a_forked_process_that_closes_the_client_leaves_the_parents_connections_open(api: Api) -> None:
    with Client(api.url, SECRET) as client:
        client.list()
        assert in_a_child(client.close) == "None"
        client.list()
    assert len(set(api.ports)) == 1


def test_a_forked_process_keeps_its_own_connections_and_touches_none_of_the_parents() -> None:
    connections = Connections("http://127.0.0.1:1")
    inherited = connections.http

    def kinds() -> tuple[bool, bool]:
        return connections.http is inherited, connections.http is connections.http

    assert in_a_child(kinds) == "(False, True)"
    assert kinds() == (True, True)


def test_a_client_that_was_closed_before_the_fork_stays_closed(api: Api) -> None:
    with Client(api.url, SECRET) as client:
        pass
    assert in_a_child(client.list) == "InvalidInput: The client is closed."


def test_a_forked_process_is_refused_an_async_client_that_its_parent_has_used(api: Api) -> None:
    """Even with the same event loop."""

    def ask() -> str:
        loop, client = asyncio.new_event_loop(), AsyncClient(api.url, SECRET)
        with closing(loop):
            loop.run_until_complete(client.list())
            return in_a_child(lambda: loop.run_until_complete(client.list()))

    with ThreadPoolExecutor(1) as pool:  # an open browser leaves an event loop running in this thread
        said = pool.submit(ask).result()
    assert said == "InvalidInput: The client belongs to another event loop or process."
    assert len(api.ports) == 1


def test_a_forked_process_may_use_an_async_client_that_its_parent_has_not(api: Api) -> None:
    client = AsyncClient(api.url, SECRET)
    assert in_a_child(lambda: run(client.list())) == "[]"
