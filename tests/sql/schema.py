"""What a database holds, as comparable text, and the older edition of it."""

from __future__ import annotations

from pathlib import Path

import psycopg

from genjobs import migrations

OLD_EDITION = Path(__file__).parent / "old_edition"
SNAPSHOT = (Path(__file__).parent / "snapshot.sql").read_bytes()


def snapshot(connection: psycopg.Connection) -> list[str]:
    """Every column, constraint, index, policy, trigger, function, view, grant and owner, one line each."""
    return [line for (line,) in connection.execute(SNAPSHOT)]


def rows(connection: psycopg.Connection) -> list[str]:
    """Every row of the three tables as text."""
    tables = ("projects", "assets", "generation_jobs")
    query = " union all ".join(f"select '{table} ' || t::text from public.{table} as t" for table in tables)
    return sorted(line for (line,) in connection.execute(query.encode()))


def paste(connection: psycopg.Connection, *files: Path) -> None:
    """Send whole files, each in one message, as the SQL editor does."""
    for file in files:
        connection.execute(file.read_bytes())


def paste_all(connection: psycopg.Connection) -> None:
    paste(connection, *(migration.path for migration in migrations.available()))


def bring_back(connection: psycopg.Connection, part: str) -> None:
    """Put a part of the older edition in place: `tables`, `functions`, `view` or `rows`."""
    paste(connection, OLD_EDITION / f"{part}.sql")
