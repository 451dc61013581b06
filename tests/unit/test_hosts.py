"""Which host names the console answers to, and which origins may open its socket."""

from __future__ import annotations

import pytest

from genjobs.web.hosts import Host, Origin, is_allowed, is_loopback, may_open_socket, read_host, read_origin


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("localhost", Host("localhost", None)),
        ("LocalHost:8501", Host("localhost", 8501)),
        ("console.example.:443", Host("console.example", 443)),
        ("127.0.0.1:8501", Host("127.0.0.1", 8501)),
        ("[::1]:8501", Host("::1", 8501)),
        ("[0:0:0:0:0:0:0:1]", Host("::1", None)),
        ("[::FFFF:127.0.0.1]", Host("::ffff:7f00:1", None)),
    ],
)
def test_a_host_is_read_in_one_form(text: str, host: Host) -> None:
    assert read_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        ":8501",
        "localhost:",
        "localhost:0",
        "localhost:65536",
        "localhost:٨٥",
        "localhost:8501:8501",
        "::1",
        "[::1",
        "[localhost]",
        "[127.0.0.1]",
        "[fe80::1%25eth0]",
        "ana@localhost",
        "localhost/evil.example",
        "localhost\\evil.example",
        "localhost evil.example",
        "localhost,evil.example",
        "localhost\n",
        "l\u043ecalhost",
        "\u212aonsole.example",
    ],
)
def test_anything_else_names_no_host(text: str) -> None:
    assert read_host(text) is None


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://localhost:8501", Origin("http", Host("localhost", 8501))),
        ("HTTPS://Console.Example", Origin("https", Host("console.example", None))),
        ("http://[::1]:8501", Origin("http", Host("::1", 8501))),
        ("null", None),
        ("", None),
        ("localhost:8501", None),
        ("ws://localhost:8501", None),
        ("file://", None),
        ("http://localhost:8501/", None),
        ("http://localhost:8501 http://evil.example", None),
        ("http://ana@localhost", None),
        ("https://https://localhost", None),
    ],
)
def test_an_origin_is_a_scheme_and_a_host(text: str, origin: Origin | None) -> None:
    assert read_origin(text) == origin


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "192.168.1.7", "0.0.0.0", "::1", "2001:db8::1"])
def test_localhost_and_addresses_need_no_list(name: str) -> None:
    assert is_allowed(Host(name, 8501), [])


@pytest.mark.parametrize(
    "name", ["evil.example", "foo.localhost", "localhost.evil.example", "127.1", "2130706433", "0x7f000001"]
)
def test_any_other_name_must_be_listed(name: str) -> None:
    assert not is_allowed(Host(name, None), [])
    assert not is_allowed(Host(name, None), ["console.example", "*.console.example", ""])
    assert is_allowed(Host(name, None), [f" {name.upper()}. "])
    assert is_allowed(Host(name, None), ["*"])


def test_a_pattern_with_a_star_allows_the_names_below_and_not_the_name_itself() -> None:
    assert is_allowed(Host("a.b.example", None), ["*.b.example"])
    assert not is_allowed(Host("b.example", None), ["*.b.example"])
    assert not is_allowed(Host("evilb.example", None), ["*.b.example"])


HERE = Host("localhost", 8501)


@pytest.mark.parametrize(
    ("page", "may"),
    [
        ("http://localhost:8501", True),
        ("http://localhost:8502", False),
        ("http://localhost", False),
        ("http://127.0.0.1:8501", False),
        ("http://evil.example:8501", False),
        ("https://console.example", True),
        ("http://console.example", False),
        ("https://console.example:8443", False),
    ],
)
def test_a_socket_is_for_the_consoles_own_pages_and_for_origins_that_are_listed(page: str, may: bool) -> None:
    origin, listed = read_origin(page), [Origin("https", Host("console.example", None))]
    assert origin is not None
    assert may_open_socket(origin, HERE, listed, encrypted=False) is may


def test_a_page_that_came_unencrypted_is_another_origin_than_an_encrypted_console() -> None:
    host = Host("console.example", None)
    for scheme, may in (("http", False), ("https", True)):
        assert may_open_socket(Origin(scheme, host), host, [], encrypted=True) is may


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_addresses_of_loopback(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize(
    "address", ["", "0.0.0.0", "::", "192.168.1.7", "::ffff:8.8.8.8", "localhost", "127.1"]
)
def test_other_addresses(address: str) -> None:
    assert not is_loopback(address)
