"""Which parts of a running stack answer."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict

from genjobs.local import loopback
from genjobs.local.stack import StackInfo

SECONDS = 5


@dataclass(frozen=True)
class Part:
    """One part, its address, and whether it answers; `said` is what came instead."""

    name: str
    address: str
    answers: bool
    said: str = ""


def parts(info: StackInfo) -> list[Part]:
    """The current state of PostgreSQL, PostgREST and the auth server."""
    return [
        _database(info),
        _http(info, "PostgREST", "/rest/v1/"),
        _http(info, "Auth server", "/auth/v1/settings"),
    ]


def _database(info: StackInfo) -> Part:
    place = conninfo_to_dict(info.database_url)
    address = f"{place['host']}:{place['port']}/{place['dbname']}"
    try:
        with psycopg.connect(info.database_url, connect_timeout=SECONDS):
            return Part("PostgreSQL", address, answers=True)
    except psycopg.OperationalError as error:
        return Part("PostgreSQL", address, answers=False, said=" ".join(str(error).split()))


def _http(info: StackInfo, name: str, path: str) -> Part:
    address = f"{info.url}{path}".rstrip("/")
    try:
        answer = loopback.get(f"{info.url}{path}", {"apikey": info.publishable_key}, seconds=SECONDS)
    except OSError as error:
        return Part(name, address, answers=False, said=str(error))
    return Part(name, address, answer.status == 200, "" if answer.status == 200 else answer.text)
