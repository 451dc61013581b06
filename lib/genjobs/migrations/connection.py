"""A connection as the owner of the tables; its failures become our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from genjobs.domain.errors import Unavailable, UnexpectedError
from genjobs.settings.database_url import readable

Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def connected(database_url: str, what: str) -> Iterator[Connection]:
    """A connection in autocommit, at read committed. `what` completes "The database refused …".

    Raises InvalidInput if the URL cannot be parsed, Unavailable if the database cannot be reached,
    UnexpectedError if the block gets a database error.
    """
    try:
        connection = psycopg.connect(
            readable(database_url),
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=10,
            client_encoding="utf-8",
        )
    except psycopg.Error as error:
        raise Unavailable(
            f"The database cannot be reached: {_one_line(error)}",
            hint="Check the database URL: postgresql://user:password@host:port/database.",
        ) from error
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        try:
            yield connection
        except psycopg.Error as error:
            raise UnexpectedError(
                f"The database refused {what}: {_one_line(error)}",
                hint="Connect as the role that owns the tables and the history, usually postgres.",
                code=error.sqlstate or "",
            ) from error


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
