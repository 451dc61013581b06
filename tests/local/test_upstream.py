"""What the gateway answers when a server behind it is down, late, or breaks off."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import aiohttp
import httpx
import pytest
from starlette.applications import Starlette

from genjobs.data.projects import create_project
from genjobs.data.transport.client import user_client
from genjobs.domain.errors import Unavailable
from genjobs.local import gateway
from genjobs.local.api_keys import ApiKeys
from genjobs.local.home import Home
from genjobs.local.keys import Keys
from genjobs.local.ports import free_port, listening_socket
from genjobs.local.serving import serve
from genjobs.settings.connection import Connection
from tests.local.lab import Lab
from tests.local.raw import exchanged, sent
from tests.local.waiting import until

Answering = Callable[[socket.socket], None]
QUICK = aiohttp.ClientTimeout(sock_connect=0.3, sock_read=0.3)
LARGEST_BODY = 100_000


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys.of(Home.at(tmp_path_factory.mktemp("keys")))


@contextmanager
def part(answer: Answering, read: list[bytes] | None = None) -> Iterator[str]:
    """The address of something that takes one connection, adds what comes first to `read`, and answers."""
    listener = listening_socket([0])

    def take() -> None:
        connection, _ = listener.accept()
        with connection:
            first = connection.recv(65536)
            if read is not None:
                read.append(first)
            answer(connection)

    thread = threading.Thread(target=take)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join()
    listener.close()


@contextmanager
def gateway_before(keys: Keys, url: str | None) -> Iterator[httpx.Client]:
    app = gateway.application(ApiKeys(keys), Starlette(), lambda: url, QUICK, largest_body=LARGEST_BODY)
    serving = serve(app, listening_socket([0]))
    with httpx.Client(base_url=serving.url, headers={"apikey": keys.anon_key}) as client:
        yield client
    serving.stop()


def refusal(keys: Keys, url: str | None) -> tuple[int, str]:
    with gateway_before(keys, url) as client:
        answer = client.get("/rest/v1/projects")
    assert answer.json()["hint"]
    return answer.status_code, answer.json()["message"]


def test_a_part_that_was_never_started(keys: Keys) -> None:
    assert refusal(keys, None) == (503, "PostgREST is not running")


def test_a_part_that_nobody_listens_for(keys: Keys) -> None:
    assert refusal(keys, f"http://127.0.0.1:{free_port()}") == (503, "PostgREST is not running")


def test_a_write_that_could_not_be_passed_on_says_that_nothing_was_written(keys: Keys) -> None:
    with gateway_before(keys, None) as client:
        console = user_client(Connection(str(client.base_url).rstrip("/"), keys.anon_key), keys.anon_key)
        with pytest.raises(Unavailable) as refused:
            create_project(console, user_id="00000000-0000-4000-8000-000000000001", name="Written")
    said = "Could not create the project: the database is restarting. Nothing was written."
    assert (refused.value.message, refused.value.code) == (said, "LOCAL503")
    assert refused.value.hint == "Try again in a moment."


@pytest.mark.parametrize(("method", "closes"), [("HEAD", True), ("GET", False)])
def test_a_connection_serves_nothing_after_head(keys: Keys, method: str, closes: bool) -> None:
    read: list[bytes] = []
    with (
        part(lambda connection: connection.sendall(bad_request(b"")), read) as url,
        gateway_before(keys, url) as client,
    ):
        client.request(method, "/rest/v1/projects")
    assert (b"connection: close" in read[0].lower()) == closes


def test_a_part_that_is_late(keys: Keys) -> None:
    over = threading.Event()

    def never_in_time(_: socket.socket) -> None:
        over.wait(60)

    with part(never_in_time) as url:
        assert refusal(keys, url) == (504, "PostgREST did not answer in time")
        over.set()


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 2", b"no HTTP at all\r\n\r\n"])
def test_a_part_that_breaks_off(keys: Keys, sent: bytes) -> None:
    with part(lambda connection: connection.sendall(sent)) as url:
        status, message = refusal(keys, url)
    assert (status, message.startswith("PostgREST broke off: ")) == (502, True)


def test_a_body_that_breaks_off_is_not_passed_off_as_whole(keys: Keys) -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2"
    with (
        part(lambda connection: connection.sendall(half)) as url,
        gateway_before(keys, url) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get("/rest/v1/projects")


def test_answers_pass_with_their_headers_and_no_hop_by_hop_ones(keys: Keys) -> None:
    whole = (
        b"HTTP/1.1 299 Fine\r\nContent-Length: 2\r\nX-Twice: a\r\nX-Twice: b\r\n"
        b"Connection: close\r\nKeep-Alive: timeout=5\r\n\r\nok"
    )
    with (
        part(lambda connection: connection.sendall(whole)) as url,
        gateway_before(keys, url) as client,
    ):
        answer = client.get("/rest/v1/projects")
    assert (answer.status_code, answer.text) == (299, "ok")
    assert answer.headers.get_list("X-Twice") == ["a", "b"]
    assert "Keep-Alive" not in answer.headers


@pytest.mark.parametrize(
    "body", [b'{"code":"","details":null,"hint":null,"message":""}', b'{"message":"","code":""}']
)
def test_an_empty_error_is_a_database_that_broke_off(keys: Keys, body: bytes) -> None:
    with part(lambda connection: connection.sendall(bad_request(body))) as url:
        assert refusal(keys, url) == (502, "PostgreSQL broke off before it answered PostgREST")


@pytest.mark.parametrize(
    "body", [b'{"code":"22P02","message":"no uuid"}', b'{"code":"","message":"said"}', b"Bad", b"[]", b""]
)
def test_an_error_that_says_something_passes_as_it_is(keys: Keys, body: bytes) -> None:
    with (
        part(lambda connection: connection.sendall(bad_request(body))) as url,
        gateway_before(keys, url) as client,
    ):
        answer = client.get("/rest/v1/projects")
    assert (answer.status_code, answer.content, answer.headers["X-Of"]) == (400, body, "PostgREST")


def bad_request(body: bytes) -> bytes:
    return b"HTTP/1.1 400 Bad Request\r\nX-Of: PostgREST\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def test_no_key_reaches_the_part_in_an_address(keys: Keys) -> None:
    read: list[bytes] = []
    query = f"apikey={keys.anon_key}&select=id&%61pikey={keys.secret_key}&apikey=&limit=1"
    with (
        part(lambda connection: connection.sendall(bad_request(b"")), read) as url,
        gateway_before(keys, url) as client,
    ):
        client.get(f"/rest/v1/projects?{query}")
    assert read[0].startswith(b"GET /projects?select=id&limit=1 HTTP/1.1\r\n")


def drained(connection: socket.socket, into: list[bytes]) -> None:
    """Read until the other side ends or breaks the connection."""
    with contextlib.suppress(ConnectionError):
        while chunk := connection.recv(65536):
            into.append(chunk)


def test_a_body_is_stopped_where_it_gets_too_large(keys: Keys) -> None:
    read: list[bytes] = []
    with (
        part(lambda connection: drained(connection, read), read) as url,
        gateway_before(keys, url) as client,
    ):
        answer = client.post("/rest/v1/projects", content=iter([b"x" * 50_000] * 10))
    assert (answer.status_code, answer.json()["code"]) == (413, "LOCAL413")
    assert sum(map(len, read)) < LARGEST_BODY + 10_000
    assert not b"".join(read).endswith(b"0\r\n\r\n")


@pytest.mark.parametrize("length", [str(LARGEST_BODY + 1), "9" * 20])
def test_a_body_that_says_itself_that_it_is_too_large_is_not_even_read(keys: Keys, length: str) -> None:
    with gateway_before(keys, f"http://127.0.0.1:{free_port()}") as client:
        answer = exchanged(str(client.base_url), f"{post(keys)}Content-Length: {length}\n")
    assert (answer.status_code, answer.json()["code"]) == (413, "LOCAL413")


def post(keys: Keys) -> str:
    return f"POST /rest/v1/projects HTTP/1.1\nHost: x\napikey: {keys.anon_key}\n"


def test_a_client_that_goes_away_is_no_failure_of_the_gateway(
    keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    read: list[bytes] = []
    with (
        part(lambda connection: drained(connection, read), read) as url,
        gateway_before(keys, url) as client,
        sent(str(client.base_url), f"{post(keys)}Content-Length: 100\n", b"half"),
    ):
        until(lambda: b"".join(read).endswith(b"half"), "the part has half of the body")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


def test_auth_says_that_its_database_is_down(lab: Lab) -> None:
    lab.user()
    lab.sql_elsewhere("alter database {} allow_connections false")
    lab.sql_elsewhere("select pg_terminate_backend(pid) from pg_stat_activity where datname = {!r}")
    body = {"email": "ana@test.example", "password": "correct horse"}
    answer = lab.post("token?grant_type=password", body)
    assert (answer.status_code, answer.json()["error_code"]) == (503, "unexpected_failure")
    lab.sql_elsewhere("alter database {} allow_connections true")
    assert lab.post("token?grant_type=password", body).status_code == 200
