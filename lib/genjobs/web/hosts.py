"""Hosts and origins in headers: which names the console answers to, and whose pages may open its socket."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

_HOST = re.compile(
    r"(?:\[(?P<v6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?", re.ASCII | re.IGNORECASE
)
_SCHEMES = ("http", "https")


@dataclass(frozen=True)
class Host:
    """`name` in lower case without its last dot, or an IP address; `port` None where none was written."""

    name: str
    port: int | None

    @property
    def is_address(self) -> bool:
        """Whether `name` is an IP address."""
        try:
            return bool(ipaddress.ip_address(self.name))
        except ValueError:
            return False

    @property
    def is_loopback(self) -> bool:
        """Whether the name can only mean this machine."""
        return self.name == "localhost" or is_loopback(self.name)


@dataclass(frozen=True)
class Origin:
    """Where a page was loaded from. Browsers leave out the scheme's own port, here as in `Host`."""

    scheme: str
    host: Host


def read_host(text: str) -> Host | None:
    """A `Host` header's value, such as `console.example:8501` or `[::1]:8501`; None when it names no host."""
    found = _HOST.fullmatch(text)
    if found is None or not 0 < int(found["port"] or 1) < 65_536:
        return None
    name = _address_in_brackets(found["v6"]) if found["v6"] else found["name"].lower().removesuffix(".")
    return Host(name, int(found["port"]) if found["port"] else None) if name else None


def read_origin(text: str) -> Origin | None:
    """An `Origin` header's value, such as `https://console.example`; None for `null` and anything unclear."""
    scheme, _, rest = text.partition("://")
    host = read_host(rest)
    return Origin(scheme.lower(), host) if host and scheme.lower() in _SCHEMES else None


def is_allowed(host: Host, patterns: Iterable[str]) -> bool:
    """Whether the console answers to `host`: `localhost`, an IP address, or one of `patterns`.

    A pattern is a name, `*.name` for the names below it, or `*` for any. Ports are ignored.
    """
    if host.name == "localhost" or host.is_address:
        return True
    return any(_fits(host.name, pattern.strip().lower().removesuffix(".")) for pattern in patterns)


def may_open_socket(origin: Origin, host: Host, allowed: Iterable[Origin], *, encrypted: bool) -> bool:
    """Whether a page of `origin` may open a socket to `host`: the console's own pages, and `allowed` origins.

    `encrypted` says that the connection is known to be encrypted; then a page loaded over http is not ours.
    """
    own = origin.host == host and (origin.scheme == "https" or not encrypted)
    return own or origin in allowed


def is_loopback(address: str) -> bool:
    """Whether `address` is an IP address of the loopback interface, also as IPv4 written in IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return (mapped or parsed).is_loopback


def _address_in_brackets(text: str) -> str | None:
    try:
        return str(ipaddress.IPv6Address(text))
    except ValueError:
        return None


def _fits(name: str, pattern: str) -> bool:
    return pattern == "*" or (name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern)
