"""Applies what a database lacks: one transaction a file, one `genjobs migrate` at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from genjobs.domain.errors import Unavailable, UnexpectedError
from genjobs.migrations.failure import explain
from genjobs.migrations.files import FOLDER, Migration, available
from genjobs.migrations.statements import Statement, split
from genjobs.migrations.totals import bring_up_to_date
from genjobs.paths import SQL
from genjobs.settings.database_url import readable

_HISTORY = SQL / "history"

Connection = psycopg.Connection[tuple[Any, ...]]
OnStep = Callable[[str], None]


def pending(database_url: str, folder: Path = FOLDER) -> list[Migration]:
    """The files that the database at `database_url` has not had, oldest first. Changes nothing.

    Raises InvalidInput when the URL cannot be read, Unavailable when the database cannot be reached,
    UnexpectedError when its history cannot be read.
    """
    with _connected(database_url) as connection:
        known = _known_versions(connection)
        return [migration for migration in available(folder) if migration.version not in known]


def apply(database_url: str, on_step: OnStep = lambda step: None, folder: Path = FOLDER) -> list[Migration]:
    """Apply what is missing, in order, then complete the totals, telling each step.

    Returns the files that this call applied.

    Raises MigrationFailed, with every earlier file applied and the failing one undone; InvalidInput when the
    URL cannot be read; Unavailable when the database cannot be reached; UnexpectedError when its history
    cannot be kept.
    """
    with _connected(database_url) as connection:
        applied = [migration for migration in available(folder) if _apply(connection, migration, on_step)]
        bring_up_to_date(connection, on_step)
        on_step(f"{len(applied)} applied; the database is up to date.")
        return applied


@contextmanager
def _connected(database_url: str) -> Iterator[Connection]:
    try:
        connection = psycopg.connect(
            readable(database_url), autocommit=True, prepare_threshold=None, connect_timeout=10
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
                f"The history of migrations cannot be kept: {_one_line(error)}",
                hint="Connect as the role that owns the schema supabase_migrations, usually postgres.",
                code=error.sqlstate or "",
            ) from error


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())


def _apply(connection: Connection, migration: Migration, on_step: OnStep) -> bool:
    with connection.transaction():
        connection.execute(_history("begin"))
        if migration.version in _known_versions(connection):
            return False
        on_step(f"Applying {migration.path.name}")
        connection.execute(_history("create"))
        statements = split(migration.sql)
        for statement in statements:
            _execute(connection, migration, statement, on_step)
        texts = [statement.text for statement in statements]
        connection.execute(_history("record"), (migration.version, migration.name, texts))
    return True


def _execute(connection: Connection, migration: Migration, statement: Statement, on_step: OnStep) -> None:
    try:
        cursor = connection.execute(statement.text.encode())
    except psycopg.Error as error:
        raise explain(migration, statement, error) from error
    for row in cursor.fetchall() if cursor.description else ():
        on_step("  " + ": ".join(str(value) for value in row))


def _known_versions(connection: Connection) -> set[str]:
    exists = connection.execute(_history("exists")).fetchone()
    if exists is None or not exists[0]:
        return set()
    return {version for (version,) in connection.execute(_history("versions"))}


def _history(name: str) -> bytes:
    return (_HISTORY / f"{name}.sql").read_bytes()
