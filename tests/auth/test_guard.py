"""The guard in front of a server: host names, sockets, metrics, and who counts as being at this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from genjobs.web.guard import Guard
from genjobs.web.here import is_here, marked
from tests.auth.browser import served
from tests.auth.raw import Server
from tests.coroutines import run

MINE = "x-genjobs-from-this-machine"


def where(request: Request) -> PlainTextResponse:
    return PlainTextResponse("here" if is_here(request.headers) else "elsewhere")


async def talk(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.close()


def guarded(hosts: tuple[str, ...] = (), origins: tuple[str, ...] = ()) -> Starlette:
    """A server that says where a request came from, has a socket and metrics, and stands behind the guard."""
    routes = [
        Route("/", where, methods=["GET", "POST"]),
        Route("/base/_stcore/metrics", where),
        Route("/_stcore/metrics", where),
        WebSocketRoute("/_stcore/stream", talk),
    ]
    return Starlette(routes=routes, middleware=[Middleware(Guard, hosts=hosts, origins=origins)])


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    origins = ("https://outside.test", "http://outside.test:8080/")
    with served(guarded(("console.test", "*.team.test"), origins)) as origin:
        yield Server.at(origin)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8501",
        "localhost.",
        "127.0.0.1:8501",
        "[::1]:8501",
        "[2001:DB8::7]",
        "10.1.2.3",
    ],
)
def test_localhost_and_addresses_are_answered(server: Server, host: str) -> None:
    assert server.get(f"Host: {host}")[0] == 200
    assert server.open_socket(f"Host: {host}", f"Origin: http://{host}") == 101


@pytest.mark.parametrize("host", ["console.test", "Console.Test.:8501", "a.team.test"])
def test_names_that_are_listed_are_answered(server: Server, host: str) -> None:
    assert server.get(f"Host: {host}")[0] == 200
    assert server.open_socket(f"Host: {host}", f"Origin: https://{host}") == 101


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "team.test", "localhost.evil.example", "127.1", "", "[::1"]
)
def test_any_other_name_is_refused_though_the_page_is_of_the_same_name(server: Server, host: str) -> None:
    status, body = server.get(f"Host: {host}")
    assert (status, "--server.allowedHosts" in body) == (400, True)
    assert server.open_socket(f"Host: {host}", f"Origin: http://{host}") == 403


@pytest.mark.parametrize(
    "origins",
    [
        (),
        ("null",),
        ("http://localhost:8502",),
        ("http://localhost",),
        ("http://127.0.0.1:8501",),
        ("http://evil.example:8501",),
        ("https://outside.test:8501",),
        ("http://outside.test",),
        ("http://localhost:8501, http://evil.example",),
    ],
)
def test_a_page_of_another_origin_opens_no_socket(server: Server, origins: tuple[str, ...]) -> None:
    assert server.open_socket("Host: localhost:8501", *[f"Origin: {origin}" for origin in origins]) == 403


@pytest.mark.parametrize(
    "origin", ["https://outside.test", "http://outside.test:8080", "HTTPS://OUTSIDE.TEST"]
)
def test_pages_of_origins_that_are_listed_open_sockets(server: Server, origin: str) -> None:
    assert server.open_socket("Host: 10.1.2.3:8501", f"Origin: {origin}") == 101


def test_an_encrypted_console_lets_no_unencrypted_page_open_a_socket(server: Server) -> None:
    encrypted = ("Host: console.test", "X-Forwarded-Proto: https")
    assert server.open_socket(*encrypted, "Origin: https://console.test") == 101
    assert server.open_socket(*encrypted, "Origin: http://console.test") == 403


HOST, PAGE = (b"host", b"localhost"), (b"origin", b"http://localhost")


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("hosts", [[], [HOST, HOST], [HOST, (b"host", b"evil.example")]])
def test_without_exactly_one_host_nothing_is_answered(kind: str, hosts: list[tuple[bytes, bytes]]) -> None:
    sent = run(answer({"type": kind, "path": "/", "headers": [*hosts, PAGE]}))
    assert sent[0]["type"] in ("http.response.start", "websocket.close")
    assert sent[0].get("status", 400) == 400


@pytest.mark.parametrize("pages", [[], [PAGE, PAGE], [PAGE, (b"origin", b"http://evil.example")]])
def test_without_exactly_one_origin_no_socket_is_opened(pages: list[tuple[bytes, bytes]]) -> None:
    sent = run(answer({"type": "websocket", "path": "/", "headers": [HOST, *pages]}))
    assert [message["type"] for message in sent] == ["websocket.close"]


async def answer(scope: Scope) -> list[Message]:
    """What the guard answers by itself; the server behind it fails when it is asked."""

    async def behind(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise AssertionError("the guard let it through")

    async def receive() -> Message:
        raise AssertionError("there is nothing to receive")

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await Guard(behind)(scope, receive, send)
    return sent


def test_a_request_over_loopback_is_from_this_machine(server: Server) -> None:
    for host in ("localhost:8501", "127.0.0.1", "[::1]:8501"):
        assert server.get(f"Host: {host}") == (200, "here")
        assert server.get(f"Host: {host}", f"Origin: http://{host}") == (200, "here")


@pytest.mark.parametrize(
    "headers",
    [
        ["Host: 192.168.1.7:8501"],
        ["Host: console.test"],
        ["Host: localhost", "Origin: https://outside.test"],
        ["Host: localhost", "Origin: null"],
        ["Host: localhost", "X-Forwarded-For: 127.0.0.1"],
        ["Host: localhost", "X-Forwarded-For: 203.0.113.7"],
        ["Host: localhost", "X-Forwarded-For: "],
        ["Host: localhost", "X-Forwarded-Host: localhost"],
        ["Host: localhost", "X-Real-IP: 127.0.0.1"],
        ["Host: localhost", "Forwarded: for=127.0.0.1"],
        ["Host: localhost", "Via: 1.1 proxy"],
        ["Host: console.test", f"{MINE}: yes"],
        ["Host: console.test", f"{MINE.upper()}: yes", f"{MINE}: yes"],
    ],
)
def test_a_proxy_on_this_machine_speaks_for_others_whatever_it_or_they_say(
    server: Server, headers: list[str]
) -> None:
    assert server.get(*headers) == (200, "elsewhere")


@pytest.mark.parametrize(
    "peer", [None, ("203.0.113.7", 1), ("::ffff:203.0.113.7", 1), ("", 0), ("console", 1)]
)
def test_another_machine_is_elsewhere_whatever_it_says(peer: tuple[str, int] | None) -> None:
    noted = marked(
        {"type": "http", "client": peer, "headers": [(b"host", b"localhost"), (MINE.encode(), b"yes")]}
    )
    assert not is_here(Headers(scope=noted))
    assert len([name for name, _ in noted["headers"] if name == MINE.encode()]) == 1


METRICS = [
    "/_stcore/metrics",
    "/_stcore/metrics/",
    "/_stcore/metr%69cs",
    "/base/_stcore/metrics",
    "/_stcore/metrics?families=x",
]


@pytest.mark.parametrize("path", METRICS)
def test_the_metrics_are_for_this_machine(server: Server, path: str) -> None:
    assert server.get("Host: localhost", path=path)[0] in (200, 307)
    for other in (["Host: 192.168.1.7"], ["Host: localhost", "X-Forwarded-For: 127.0.0.1"]):
        assert server.get(*other, path=path)[0] == 403


def test_a_token_is_not_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.get("Host: evil.example", path="/demo/the-token-of-the-operator?x=1")
    assert ["the-token" in record.getMessage() for record in caplog.records] == [False]


def test_what_is_refused_is_logged_in_one_line(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.get("Host: evil.example", path="/a%0d%0aINFO:+all+is+well" + "x" * 5000)
    [record] = [record for record in caplog.records if record.name == "genjobs.web.guard"]
    assert record.levelno == logging.WARNING
    assert "evil.example" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 800


def test_an_origin_that_is_none_is_named_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    Guard(guarded(), origins=["console.example", "*"])
    assert [record.args for record in caplog.records] == [("console.example",), ("*",)]
