"""A function with one of its rules taken out, to show that the rule is needed."""

from __future__ import annotations

import psycopg


def without(connection: psycopg.Connection, function: str, rule: str, instead: str = "") -> None:
    """Define `function` anew with `instead` where its text has `rule`."""
    row = connection.execute("select pg_get_functiondef(%s::regproc)", [function]).fetchone()
    assert row
    assert rule in row[0]
    connection.execute(row[0].replace(rule, instead).encode())
