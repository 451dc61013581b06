"""The database's URL, which contains a password: an error must not quote it."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

from genjobs.domain.errors import InvalidInput

_HINT = (
    "Write postgresql://user:password@host:port/database, with percent codes for special characters of the"
    " password: %40 for @, %2F for /, %25 for %."
)


def readable(database_url: str) -> str:
    """`database_url` unchanged. Raises InvalidInput, which does not quote it, if it cannot be parsed.

    Unescaped special characters in the password are parsed as a part of the host or the port.
    """
    if not _is_readable(database_url):
        raise InvalidInput("The database URL cannot be read.", hint=_HINT)
    return database_url


def server_of(database_url: str) -> str:
    """The host or hosts that a readable URL names, without its password."""
    return str(conninfo_to_dict(readable(database_url)).get("host", "this machine"))


def _is_readable(database_url: str) -> bool:
    try:
        parts = conninfo_to_dict(database_url)
    except psycopg.ProgrammingError:
        return False
    hosts, ports = str(parts.get("host", "")), str(parts.get("port", "0"))
    return "@" not in hosts and all(port.isdigit() for port in ports.split(","))
