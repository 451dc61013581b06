"""The errors of migrations that cannot be applied."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from genjobs.domain.errors import ConsoleError
from genjobs.migrations.files import Migration
from genjobs.migrations.statements import Statement

_HINTS = {
    "42501": "Connect as the role that owns the tables: on Supabase that is postgres.",
    "3F000": "Connect to a Supabase database: it has the schema auth, which this one lacks.",
    "42P01": "Apply the earlier files first; auth.users comes with Supabase.",
    "": "The connection broke: run the command again; it continues with this file.",
    "57P01": "The server ended the connection: run the command again; it continues with this file.",
    "55P03": "Another transaction holds the table: end it, or try again later.",
}


class MigrationFailed(ConsoleError):
    """A file could not be applied; its changes are rolled back.

    `line` counts from 1; `reason` is the server's message.
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

    def after(self, tries: int) -> MigrationFailed:
        """The same failure with the number of attempts, if more than one."""
        if tries == 1:
            return self
        reason = f"{self.reason} ({tries} attempts)"
        return MigrationFailed(self.file, self.line, reason, hint=self.hint, code=self.code)


class AppliedFileChanged(ConsoleError):
    """Files have changed since they were applied to the database."""

    def __init__(self, files: Sequence[Migration]) -> None:
        names = ", ".join(file.path.name for file in files)
        super().__init__(
            f"Applied files have been changed since: {names}.",
            hint="Restore their text and write a new file; or run `genjobs migrate --repair`, which compares"
            " the database with sql/schema, repairs differences and notes the current text.",
        )


class AnotherEdition(ConsoleError):
    """The database holds a draft of this schema, whose files are not among ours."""

    def __init__(self, versions: Sequence[str], *, holds_rows: bool) -> None:
        repair = "`genjobs migrate --repair`, which brings it to the current schema and keeps every row."
        reset = (
            "It contains no projects or jobs: create a new database (here: `genjobs local reset`), or run "
        )
        super().__init__(
            f"The database has a draft of this schema: {len(versions)} files were applied that are not among"
            f" these, up to {versions[-1]}.",
            hint=f"Run {repair}" if holds_rows else f"{reset}{repair}",
        )


class NewerEdition(ConsoleError):
    """The database is ahead of this package."""

    def __init__(self, versions: Sequence[str]) -> None:
        super().__init__(
            f"The database is newer than this genjobs, which has no file {versions[-1]}.",
            hint="Install the latest version of genjobs.",
        )


def explain(migration: Migration, statement: Statement, error: psycopg.Error) -> MigrationFailed:
    """The failure with the file, the line and the reason of an error in `statement`."""
    code = error.sqlstate or ""
    said = error.diag
    position = said.statement_position
    return MigrationFailed(
        migration.path.name,
        statement.line_of(int(position)) if position else statement.code_line,
        " ".join((said.message_primary or str(error)).split()).rstrip("."),
        hint=said.message_hint or _HINTS.get(code, ""),
        code=code,
    )
