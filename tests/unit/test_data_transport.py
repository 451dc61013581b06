from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import httpx
import pytest
from supabase import Client

from genjobs.data.projects import create_project, list_projects
from genjobs.data.transport import client as clients
from genjobs.data.transport.retries import (
    BACK_OFF_SECONDS,
    ReadRetryingTransport,
    refuse_answers_without_code,
)
from genjobs.data.transport.translation import mapped
from genjobs.domain.errors import (
    Forbidden,
    NotSignedIn,
    RateLimited,
    SettingsError,
    TimedOut,
    Unavailable,
    UnexpectedError,
)
from genjobs.settings.connection import Connection

DROP = 0


class Answers(BaseHTTPRequestHandler):
    """Answers with the next of the server's statuses (the last one stays); 0 drops the connection."""

    server: Server

    def do_GET(self) -> None:
        self.server.requests.append((self.command, dict(self.headers)))
        status, body = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        if status == DROP:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    do_HEAD = do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.answers: list[tuple[int, bytes]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def will_answer(self, *statuses: int, body: Any = None) -> None:
        self.answers = [
            (status, json.dumps(body if body is not None else []).encode()) for status in statuses
        ]


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def http(pauses: list[float]) -> Iterator[httpx.Client]:
    transport = ReadRetryingTransport(httpx.HTTPTransport(), pause=pauses.append)
    with httpx.Client(transport=transport, event_hooks={"response": [refuse_answers_without_code]}) as http:
        yield http


@pytest.fixture
def user(server: Server) -> Client:
    return clients.user_client(Connection(server.url, "sb_publishable_test"), "a.user.token")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("trouble", [DROP, 502, 503, 504])
def test_a_read_is_tried_again_after_a_pause(
    http: httpx.Client, server: Server, pauses: list[float], method: str, trouble: int
) -> None:
    server.will_answer(trouble, trouble, 200)
    assert http.request(method, server.url).status_code == 200
    assert pauses == list(BACK_OFF_SECONDS)


def test_a_read_is_not_tried_for_ever(http: httpx.Client, server: Server) -> None:
    server.will_answer(503)
    assert http.get(server.url).status_code == 503
    assert len(server.requests) == 1 + len(BACK_OFF_SECONDS)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 429, 500])
def test_a_read_that_was_answered_is_not_tried_again(http: httpx.Client, server: Server, status: int) -> None:
    server.will_answer(status)
    assert http.get(server.url).status_code == status
    assert len(server.requests) == 1


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("trouble", [502, 503, 504])
def test_a_write_is_sent_once(http: httpx.Client, server: Server, method: str, trouble: int) -> None:
    server.will_answer(trouble, 200)
    assert http.request(method, server.url).status_code == trouble
    assert len(server.requests) == 1


def test_a_write_on_a_broken_connection_is_sent_once(http: httpx.Client, server: Server) -> None:
    server.will_answer(DROP, 200)
    with pytest.raises(httpx.RemoteProtocolError):
        http.post(server.url)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "ours"), [(401, NotSignedIn), (403, Forbidden), (429, RateLimited), (503, Unavailable)]
)
def test_a_gateways_refusal_without_a_code_is_told_by_its_status(
    user: Client, server: Server, status: int, ours: type[Exception]
) -> None:
    server.will_answer(status, body={"message": "Invalid API key", "hint": "Double check it."})
    with pytest.raises(ours):
        list_projects(user)


def test_an_empty_error_is_a_database_that_vanished_and_leaves_a_writes_outcome_open(
    user: Client, server: Server
) -> None:
    """PostgREST answers so when the process that served the statement was killed."""
    server.will_answer(400, body={"code": "", "message": "", "details": None, "hint": None})
    with pytest.raises(Unavailable, match="The outcome is not known"):
        create_project(user, user_id=str(uuid4()), name="Atlas")
    with pytest.raises(Unavailable, match="the connection broke"):
        list_projects(user)


@pytest.mark.parametrize(
    ("status", "ours"), [(301, SettingsError), (502, Unavailable), (599, UnexpectedError)]
)
def test_a_refusal_that_is_not_json_is_told_by_its_status(
    user: Client, server: Server, status: int, ours: type[Exception]
) -> None:
    server.answers = [(status, b"<html>Bad gateway</html>")]
    with pytest.raises(ours):
        list_projects(user)


@pytest.mark.parametrize("body", [b"<html>hello</html>", b'{"hello": "you"}', b"[1, 2]"])
def test_an_answer_that_is_not_rows_is_never_taken_for_rows(
    user: Client, server: Server, body: bytes
) -> None:
    server.answers = [(200, body)]
    with pytest.raises(UnexpectedError):
        list_projects(user)


def test_a_client_speaks_with_the_users_token_and_the_projects_key(user: Client, server: Server) -> None:
    server.will_answer(200)
    assert list_projects(user) == []
    _, headers = server.requests[0]
    sent = {name.lower(): value for name, value in headers.items()}
    assert sent["authorization"] == "Bearer a.user.token"
    assert sent["apikey"] == "sb_publishable_test"


def test_clients_share_the_pool_and_never_the_token(user: Client, server: Server) -> None:
    other = clients.user_client(Connection(server.url, "sb_publishable_test"), "another.user.token")
    server.will_answer(200)
    list_projects(other)
    list_projects(user)
    sent = [{k.lower(): v for k, v in headers.items()}["authorization"] for _, headers in server.requests]
    assert sent == ["Bearer another.user.token", "Bearer a.user.token"]
    assert other.options.httpx_client is user.options.httpx_client is clients.http_pool()


def test_clients_leave_no_thread_behind(server: Server) -> None:
    before = threading.active_count()
    for number in range(20):
        clients.user_client(Connection(server.url, "sb_publishable_test"), f"token.{number}")
    assert threading.active_count() == before


def test_a_service_that_is_not_there_is_unavailable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        user = clients.user_client(Connection(url, "sb_publishable_test"), "a.user.token")
        with pytest.raises(Unavailable, match="cannot be reached"), mapped("list the projects"):
            user.table("projects").select("*").execute()


def test_the_pool_waits_ten_seconds_for_an_answer_and_three_to_connect() -> None:
    assert clients.http_pool().timeout == httpx.Timeout(10, connect=3)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_silence_is_a_time_out_and_is_not_tried_again(pauses: list[float], method: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        transport = ReadRetryingTransport(httpx.HTTPTransport(), pause=pauses.append)
        with (
            httpx.Client(transport=transport, timeout=0.05) as http,
            pytest.raises(TimedOut) as caught,
            mapped("try it", writes=method == "POST"),
        ):
            http.request(method, url)
    assert pauses == []
    assert ("outcome is not known" in caught.value.message) is (method == "POST")
