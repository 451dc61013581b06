"""What is said when migrations cannot be applied."""

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

    def after(self, tries: int) -> MigrationFailed:
        """The same failure, which also says how often the file was tried where that was more than once."""
        if tries == 1:
            return self
        reason = f"{self.reason} ({tries} attempts)"
        return MigrationFailed(self.file, self.line, reason, hint=self.hint, code=self.code)


class AppliedFileChanged(ConsoleError):
    """Files have another text now than when they were applied to the database."""

    def __init__(self, files: Sequence[Migration]) -> None:
        names = ", ".join(file.path.name for file in files)
        super().__init__(
            f"Applied files have been changed since: {names}.",
            hint="Put back their text and write a new file; or run `genjobs migrate --repair`, which compares"
            " the database with sql/schema, puts right what differs and notes the present text.",
        )


class AnotherEdition(ConsoleError):
    """The database holds a draft of this schema, whose files are not among ours."""

    def __init__(self, versions: Sequence[str], *, holds_rows: bool) -> None:
        repair = "`genjobs migrate --repair`, which brings it to the present schema and keeps every row."
        reset = "No project or job is in it: make a new database (here: `genjobs local reset`), or run "
        super().__init__(
            f"The database holds a draft of this schema: it has had {len(versions)} files that are not among"
            f" these, up to {versions[-1]}.",
            hint=f"Run {repair}" if holds_rows else f"{reset}{repair}",
        )


class NewerEdition(ConsoleError):
    """The database is ahead of this package."""

    def __init__(self, versions: Sequence[str]) -> None:
        super().__init__(
            f"The database is newer than this genjobs, which has no file {versions[-1]}.",
            hint="Install the present version of genjobs.",
        )


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
