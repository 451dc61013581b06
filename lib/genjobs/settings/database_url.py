"""The database's URL, which contains a password: an error must not quote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from genjobs.domain.errors import InvalidInput

_HINT = (
    "Write postgresql://user:password@host:port/database, with percent codes for special characters of the"
    " password: %40 for @, %2F for /, %25 for %."
)


def readable(database_url: str) -> str:
    """`database_url` unchanged. Raises InvalidInput, which does not quote it, if it cannot be parsed.

    Unescaped special characters in the password are parsed as a part of the host, the port or the database's
    name. One that names nothing is refused, because libpq would look for some server on this machine.
    """
    parts = _parts(database_url)
    if parts == {}:
        raise InvalidInput("The database URL is empty.", hint=_HINT)
    if parts is None or not _is_plausible(parts):
        raise InvalidInput("The database URL cannot be read.", hint=_HINT)
    return database_url


def server_of(database_url: str) -> str:
    """The host or hosts that a readable URL names, without its password."""
    return str(conninfo_to_dict(readable(database_url)).get("host", "this machine"))


def chosen(database_url: str | None, default: Callable[[], str]) -> str:
    """The URL that was given, else the default one. Raises InvalidInput for an unreadable or empty one."""
    return default() if database_url is None else readable(database_url)


def _parts(database_url: str) -> dict[str, Any] | None:
    try:
        return conninfo_to_dict(database_url)
    except (psycopg.ProgrammingError, UnicodeEncodeError):
        return None


def _is_plausible(parts: Mapping[str, Any]) -> bool:
    places, ports = f"{parts.get('host', '')}{parts.get('dbname', '')}", str(parts.get("port", "0"))
    return "@" not in places and all(port.isdigit() for port in ports.split(","))
