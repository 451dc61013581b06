"""Requests that no server behind it could read are refused by the gateway, with a reason."""

from __future__ import annotations

import pytest

from genjobs.local.guards import LARGEST_HEAD
from genjobs.local.stack import StackInfo
from tests.local.lab import Lab
from tests.local.raw import exchanged

CHUNKED = "Transfer-Encoding: chunked\n"
JSON = "Content-Type: application/json\n"


@pytest.mark.parametrize("path", ["/auth/v1/signup", "/rest/v1/projects", "/rest/v1/rpc/get_recent_jobs"])
@pytest.mark.parametrize("length", [1, 2, 400])
def test_two_ways_to_say_where_a_body_ends(info: StackInfo, path: str, length: int) -> None:
    head = (
        f"POST {path} HTTP/1.1\nHost: x\napikey: {info.secret_key}\n{JSON}Content-Length: {length}\n{CHUNKED}"
    )
    answer = exchanged(info.url, head, b"2\r\n{}\r\n0\r\n\r\n")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert "Content-Length and Transfer-Encoding" in answer.json()["message"]


@pytest.mark.parametrize(
    ("target", "header"),
    [
        ("/rest/v1/projects?%ED%A0%80=eq.1", ""),
        ("/rest/v1/projects?name=eq.%FF", ""),
        ("/rest/v1/%FF", ""),
        ("/rest/v1/projects", "Accept: \xff\n"),
        ("/rest/v1/projects", "Content-Type: \xff\n"),
        ("/rest/v1/projects", "X-Client-Info: caf\xe9\n"),
        ("/rest/v1/projects#x", ""),
        ("/rest/v1/projects?a#x", ""),
    ],
)
def test_bytes_that_are_no_text(info: StackInfo, target: str, header: str) -> None:
    answer = exchanged(
        info.url,
        f"POST {target} HTTP/1.1\nHost: x\napikey: {info.secret_key}\nContent-Length: 2\n{header}",
        b"{}",
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_text_beyond_ascii_passes(info: StackInfo) -> None:
    answer = exchanged(
        info.url,
        f"GET /rest/v1/projects?name=eq.caf%C3%A9&limit=1 HTTP/1.1\nHost: x\napikey: {info.secret_key}\n"
        "User-Agent: café\nPrefer: count=exact\n".encode().decode("latin-1"),
    )
    assert (answer.status_code, answer.headers["Content-Range"]) == (200, "*/0")


@pytest.mark.parametrize("size", [LARGEST_HEAD - 500, LARGEST_HEAD, LARGEST_HEAD + 5_000])
@pytest.mark.parametrize("where", ["address", "header"])
def test_an_address_or_header_that_is_too_long(info: StackInfo, size: int, where: str) -> None:
    """What passes gets an answer of PostgREST."""
    long = "x" * (size - 150)
    query, header = (
        (f"?limit=0&name=eq.{long}", "") if where == "address" else ("?limit=0", f"X-Long: {long}\n")
    )
    head = f"GET /rest/v1/projects{query} HTTP/1.1\nHost: x\napikey: {info.secret_key}\n{header}"
    answer = exchanged(info.url, head)
    if size < LARGEST_HEAD:
        assert (answer.status_code, answer.json()) == (200, [])
    else:
        assert (answer.status_code, answer.json()["code"]) == (431, "request_head_too_large")


def test_a_body_without_end_is_not_waited_for(lab: Lab) -> None:
    """The answer comes while the client is still sending."""
    head = f"POST /auth/v1/signup HTTP/1.1\nHost: x\napikey: {lab.keys.anon_key}\n{CHUNKED}"
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = exchanged(lab.url, head, chunk * 17)
    assert (answer.status_code, answer.json()["error_code"]) == (413, "request_entity_too_large")


@pytest.mark.parametrize("host", ["[", "[::1", "\xff:99999999", ""])
@pytest.mark.parametrize(
    "line", ["FOO /auth/v1/user", "PATCH /rest/v1/projects", "GET /nowhere", "GET /auth/v1"]
)
def test_a_host_that_cannot_be_read_is_no_failure(info: StackInfo, host: str, line: str) -> None:
    head = f"{line} HTTP/1.1\nHost: {host}\napikey: {info.secret_key}\nContent-Length: 2\n"
    assert exchanged(info.url, head, b"{}").status_code < 500
