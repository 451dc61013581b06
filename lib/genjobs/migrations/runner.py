"""Applies missing files: one transaction per file, one `genjobs migrate` at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from genjobs.migrations import history
from genjobs.migrations.connection import Connection, connected
from genjobs.migrations.editions import Edition, edition, unknown_versions
from genjobs.migrations.failure import AnotherEdition, AppliedFileChanged, explain
from genjobs.migrations.files import FOLDER, Migration, available
from genjobs.migrations.patience import USUAL, Patience, pausing
from genjobs.migrations.statements import Statement
from genjobs.migrations.totals import bring_up_to_date

OnStep = Callable[[str], None]


def pending(database_url: str, folder: Path = FOLDER) -> list[Migration]:
    """The files that the database at `database_url` has not had, oldest first. Changes nothing.

    Raises InvalidInput if the URL cannot be parsed, Unavailable if the database cannot be reached,
    UnexpectedError if its history cannot be read.
    """
    with connected(database_url, "to show its history of migrations") as connection:
        known = history.applied(connection)
        return [migration for migration in available(folder) if migration.version not in known]


def pasted(database_url: str) -> set[str]:
    """The versions of files that were run by hand: to apply them changes nothing but records them.

    Raises as `pending`.
    """
    with connected(database_url, "to show its history of migrations") as connection:
        return set(history.noted(connection)) - history.applied(connection)


def apply(
    database_url: str,
    on_step: OnStep = lambda step: None,
    folder: Path = FOLDER,
    patience: Patience = USUAL,
    *,
    tells_of_none: bool = True,
) -> list[Migration]:
    """Apply missing files, in order, then complete the totals, reporting each step.

    Returns the files that this call applied. Each waits for locks as `patience` says, so that readers do not
    wait long behind it. That no file was missing is a step too, unless not `tells_of_none`.

    Raises MigrationFailed, with every earlier file applied and the failing one rolled back;
    AppliedFileChanged and AnotherEdition before anything is done; InvalidInput if the URL cannot be parsed;
    Unavailable if the database cannot be reached; UnexpectedError if its history cannot be written.
    """
    with connected(database_url, "to keep its history of migrations") as connection:
        _refuse(connection, folder)
        done = apply_missing(connection, on_step, folder, patience, tells_of_none=tells_of_none)
        bring_up_to_date(connection, on_step)
        return done


def apply_missing(
    connection: Connection,
    on_step: OnStep,
    folder: Path = FOLDER,
    patience: Patience = USUAL,
    *,
    tells_of_none: bool = True,
) -> list[Migration]:
    """Apply the missing files, storing each checksum once the column for it exists."""
    done: list[Migration] = []
    files = available(folder)
    for number, migration in enumerate(files, 1):
        announced = f"Applying {number} of {len(files)}: {migration.path.name}"
        if _apply_patiently(connection, migration, done, announced, on_step, patience):
            done.append(migration)
    if done or tells_of_none:
        on_step(f"{len(done)} applied; no migration is missing.")
    return done


def changed(connection: Connection, folder: Path = FOLDER) -> list[Migration]:
    """The applied files whose text has changed. Pasted files have no checksum, so they are left out."""
    noted = history.noted(connection)
    return [file for file in available(folder) if noted.get(file.version) not in (None, file.checksum)]


def _refuse(connection: Connection, folder: Path) -> None:
    if files := changed(connection, folder):
        raise AppliedFileChanged(files)
    if edition(connection) is Edition.DRAFT:
        unknown = unknown_versions(history.noted(connection))
        raise AnotherEdition(unknown, holds_rows=history.holds_rows(connection))


def _apply_patiently(
    connection: Connection,
    migration: Migration,
    before: Sequence[Migration],
    announced: str,
    on_step: OnStep,
    patience: Patience,
) -> bool:
    return patience.with_retries(
        lambda: _apply(connection, migration, before, announced, on_step, patience),
        lambda seconds: on_step(pausing(seconds)),
    )


def _apply(
    connection: Connection,
    migration: Migration,
    before: Sequence[Migration],
    announced: str,
    on_step: OnStep,
    patience: Patience,
) -> bool:
    with connection.transaction():
        history.take_turn(connection)
        if migration.version in history.applied(connection):
            return False
        on_step(announced)
        history.create(connection)
        began, waits = time.monotonic(), ""
        for statement in migration.statements:
            if waits != (waits := patience.lock_timeout(began)):
                history.wait_for_locks(connection, waits)
            _execute(connection, migration, statement, on_step)
        history.record(connection, [migration])
        history.note_checksums(connection, [*before, migration])
    return True


def _execute(connection: Connection, migration: Migration, statement: Statement, on_step: OnStep) -> None:
    try:
        cursor = connection.execute(statement.text.encode())
    except psycopg.Error as error:
        raise explain(migration, statement, error) from error
    for row in cursor.fetchall() if cursor.description else ():
        on_step("  " + ": ".join(str(value) for value in row))
