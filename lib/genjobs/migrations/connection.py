"""A connection as the owner of the tables; its failures become our errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from genjobs.domain.errors import ConsoleError, InvalidInput, Unavailable, UnexpectedError
from genjobs.settings.database_url import readable

Connection = psycopg.Connection[tuple[Any, ...]]

READ_ONLY = "Connect to the primary server, and turn off default_transaction_read_only; the disk may be full."
_ROLE = "Connect as the role that owns the tables and the history, usually postgres."


@contextmanager
def connected(database_url: str, what: str) -> Iterator[Connection]:
    """A connection in autocommit, at read committed. `what` completes "The database refused …".

    Raises InvalidInput if the URL cannot be parsed, Unavailable if the database cannot be reached or goes
    away, and if the block gets a database error InvalidInput for a bad value, else UnexpectedError.
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
            if connection.closed:
                raise _lost(error) from error
            raise _refusal(what, error) from error


def _lost(error: psycopg.Error) -> Unavailable:
    return Unavailable(
        f"The connection to the database broke: {_one_line(error)}",
        hint="Run the same command again when the database is back.",
        code=error.sqlstate or "",
    )


def _refusal(what: str, error: psycopg.Error) -> ConsoleError:
    """A value that breaks a rule of the data is the caller's; anything else is usually the wrong role."""
    code, diag = error.sqlstate or "", error.diag
    if code[:2] in ("22", "23"):
        said = " ".join(filter(None, (diag.message_primary, diag.message_detail)))
        return InvalidInput(said, hint=diag.message_hint or "Correct the value, and try again.", code=code)
    hint = READ_ONLY if code == "25006" else _ROLE
    return UnexpectedError(f"The database refused {what}: {_one_line(error)}", hint=hint, code=code)


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
