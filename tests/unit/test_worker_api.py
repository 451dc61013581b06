"""What a worker does with the API's answers: it retries passing errors and reports lasting ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from genjobs.domain.errors import ConsoleError, InvalidInput, SchemaBehind, SettingsError, Unavailable
from genjobs.worker.api import ApiQueue

Told = tuple[int, bytes]


@contextmanager
def answering(*answers: Told) -> Iterator[ApiQueue]:
    """A queue at a server that gives these answers, one after the other."""
    left = list(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            status, body = left.pop(0)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    queue = ApiQueue(f"http://127.0.0.1:{server.server_port}", "sb_secret_x")
    try:
        yield queue
    finally:
        queue.close()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"null", b"{}", b"", b"[7]"])
def test_an_answer_that_is_no_list_is_waited_out(body: bytes) -> None:
    with answering((200, body)) as queue, pytest.raises(Unavailable):
        queue.claim("worker", 1, 60, None)


@pytest.mark.parametrize("status", [302, 408, 413, 429, 500, 503])
def test_what_passes_by_itself_is_waited_out(status: int) -> None:
    with answering((status, b"{}")) as queue, pytest.raises(Unavailable):
        queue.claim("worker", 1, 60, None)


def test_an_api_that_does_not_answer_is_named_by_its_address() -> None:
    with answering((503, b"{}")) as queue, pytest.raises(Unavailable) as met:
        queue.claim("worker", 1, 60, None)
    assert met.value.message.startswith("The API at http://127.0.0.1:")
    with pytest.raises(Unavailable, match=r"//127\.0\.0\.1:1 did not answer: ConnectError"):
        ApiQueue("http://127.0.0.1:1", "sb_secret_x").claim("worker", 1, 60, None)


@pytest.mark.parametrize(
    ("status", "meant"), [(401, SettingsError), (403, SettingsError), (404, SchemaBehind)]
)
def test_a_wrong_key_or_schema_is_said_at_the_start_and_waited_out_later(
    status: int, meant: type[ConsoleError]
) -> None:
    with answering((status, b"{}"), (200, b"[]"), (status, b"{}")) as queue:
        with pytest.raises(meant):
            queue.claim("worker", 1, 60, None)
        assert queue.claim("worker", 1, 60, None) == []
        with pytest.raises(Unavailable):
            queue.claim("worker", 1, 60, None)


@pytest.mark.parametrize(
    "ask",
    [
        lambda queue: queue.claim("worker", 1, 60, None),
        lambda queue: queue.finish([]),
        lambda queue: queue.heartbeat("worker", 60, [], {}),
        lambda queue: queue.health(),
    ],
)
def test_a_queue_that_is_older_than_the_worker_is_told_to_migrate(ask: Callable[[ApiQueue], object]) -> None:
    with answering((200, b'[{"other": 1}]')) as queue, pytest.raises(SchemaBehind) as met:
        ask(queue)
    assert "genjobs migrate" in met.value.hint


def test_a_request_that_cannot_be_read_is_told_apart() -> None:
    with answering((400, b'{"code": "22P02"}')) as queue, pytest.raises(InvalidInput, match="22P02"):
        queue.finish([])


@pytest.mark.parametrize(("status", "code"), [(409, "23505"), (409, "23503"), (422, "PT422"), (409, "PT409")])
def test_what_a_rule_of_the_project_refuses_is_not_sent_again(status: int, code: str) -> None:
    body = b'{"code": "%s"}' % code.encode()
    with answering((status, body), (status, body)) as queue:
        with pytest.raises(InvalidInput, match=code):
            queue.finish([])
        with pytest.raises(Unavailable):
            queue.claim("worker", 1, 60, None)
