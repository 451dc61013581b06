"""Compares a database with sql/schema, and repairs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from genjobs.domain.errors import UnexpectedError
from genjobs.migrations import catalogue, history, reference
from genjobs.migrations.connection import Connection, connected
from genjobs.migrations.editions import Edition, edition, unknown_versions
from genjobs.migrations.failure import NewerEdition
from genjobs.migrations.files import Migration, available
from genjobs.migrations.repair import Left, Repair
from genjobs.migrations.runner import apply, apply_missing, changed
from genjobs.migrations.schema import Difference, compare
from genjobs.migrations.schema_files import expected_schema, write
from genjobs.migrations.totals import bring_up_to_date

OnStep = Callable[[str], None]


def differences(database_url: str) -> list[Difference]:
    """How the database at `database_url` differs from what the migrations make, by its catalogue only.

    Raises NewerEdition if it has had files that this package does not know, and the errors of `pending`.
    """
    with connected(database_url, "to show its catalogue") as connection:
        _refuse_newer(connection)
        return compare(expected_schema(), catalogue.read(connection))


def write_schema(database_url: str) -> list[Path]:
    """Update sql/schema and the reference from the database at `database_url`; returns the changed files."""
    with connected(database_url, "to show its catalogue") as connection:
        found = catalogue.read(connection)
    return [*write(found), *reference.write({one.key: one.text for one in found})]


def repair(database_url: str, on_step: OnStep = lambda step: None) -> list[Left]:
    """Apply missing files, repair differences, and complete the totals, reporting each step.

    Returns the differences that could not be repaired; the totals are completed only if there are none. If
    files were changed after they were applied, a missing file may depend on the change, so the database is
    brought to the schema as a whole. The same is done with a draft; objects that only the draft has are
    removed, except tables and columns. No row of people's data is lost.

    Raises the errors of `apply`, except AppliedFileChanged and AnotherEdition; and NewerEdition.
    """
    with connected(database_url, "to be repaired") as connection:
        _refuse_newer(connection)
        is_draft = edition(connection) is Edition.DRAFT
        if not is_draft and not changed(connection):
            apply_missing(connection, on_step)
        left = Repair(connection, expected_schema(), on_step, leftovers=is_draft).run()
        if left:
            return left
        _settle_history(connection)
        bring_up_to_date(connection, on_step)
        return []


def bring_up(database_url: str, on_step: OnStep = lambda step: None) -> list[Migration]:
    """`apply` for this console's own database: a draft or changed files are repaired without asking.

    Returns the files that this call applied; if none, there is no step. Raises UnexpectedError if something
    cannot be repaired.
    """
    with connected(database_url, "to show its edition") as connection:
        is_sound = edition(connection) is not Edition.DRAFT and not changed(connection)
    if is_sound:
        return apply(database_url, on_step, tells_of_none=False)
    on_step("Bringing another version of the schema to this one; every row stays")
    if left := repair(database_url, on_step):
        raise UnexpectedError(
            f"The schema cannot be brought up to date: {left[0].difference}. {left[0].reason}",
            hint="To start over and lose all data: genjobs local reset",
        )
    return []


def _refuse_newer(connection: Connection) -> None:
    if edition(connection) is Edition.NEWER:
        raise NewerEdition(unknown_versions(history.noted(connection)))


def _settle_history(connection: Connection) -> None:
    """Make both histories say what is there now: our files, with their current text."""
    files = available()
    with connection.transaction():
        history.create(connection)
        history.forget(connection, unknown_versions(history.noted(connection)))
        known = history.applied(connection)
        history.record(connection, [file for file in files if file.version not in known])
        history.note(connection, files)
        history.note_checksums(connection, files)
