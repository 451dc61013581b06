"""What is said when a migration cannot be applied."""

from __future__ import annotations

import psycopg

from genjobs.domain.errors import ConsoleError
from genjobs.migrations.files import Migration
from genjobs.migrations.statements import Statement

_HINTS = {
    "42501": "Connect as the role that owns the tables: on Supabase that is postgres.",
    "3F000": "Connect to a Supabase database: it has the schema auth, which this one lacks.",
    "42P01": "Apply the earlier files first; auth.users comes with Supabase.",
    "55P03": "Something else holds the table: end its transaction, or try again later.",
}


class MigrationFailed(ConsoleError):
    """A file could not be applied; what it had done is undone.

    `line` counts from 1; `reason` is the server's own word.
    """

    def __init__(self, file: str, line: int, reason: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(
            f"{file}, line {line}: {reason}. The database is as it was before this file.",
            hint=hint,
            code=code,
        )
        self.file = file
        self.line = line
        self.reason = reason


def explain(migration: Migration, statement: Statement, error: psycopg.Error) -> MigrationFailed:
    """Name the file, the line and the reason of an error that `statement` met."""
    code = error.sqlstate or ""
    said = error.diag
    position = said.statement_position
    return MigrationFailed(
        migration.path.name,
        statement.line_of(int(position)) if position else statement.code_line,
        (said.message_primary or str(error)).rstrip("."),
        hint=said.message_hint or _HINTS.get(code, ""),
        code=code,
    )
