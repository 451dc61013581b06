"""Reads what a database has with the queries of sql/catalogue, without calling its own functions."""

from __future__ import annotations

from typing import Any

import psycopg

from genjobs.migrations.schema import Key, SchemaObject
from genjobs.paths import SQL

FOLDER = SQL / "catalogue"

Connection = psycopg.Connection[tuple[Any, ...]]


def read(connection: Connection) -> list[SchemaObject]:
    """Every object of the schemas genjobs and public with its defining text, from one snapshot.

    Needs only the right to connect. Changes nothing, not even the session's settings.
    """
    with connection.transaction(force_rollback=True):
        connection.execute((FOLDER / "begin.sql").read_bytes())
        rows = connection.execute(_query()).fetchall()
    return [
        SchemaObject(Key(kind, name, part), text, removal, is_ours)
        for kind, name, part, _, text, removal, is_ours in sorted(rows, key=lambda row: row[3])
    ]


def _query() -> bytes:
    parts = [file.read_bytes() for file in sorted((FOLDER / "objects").glob("*.sql"))]
    return b"(" + b"\n)\nunion all\n(".join(parts) + b"\n)"
