"""The histories of applied files: the Supabase CLI's, and our own in genjobs.schema_versions.

Our own is also written when files are pasted. It contains the checksum of each file that `genjobs migrate`
applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from genjobs.migrations.connection import Connection
from genjobs.migrations.files import Migration
from genjobs.paths import SQL

_FOLDER = SQL / "history"


def take_turn(connection: Connection) -> None:
    """Make another `genjobs migrate` wait until this transaction ends."""
    connection.execute(_sql("begin"))


def wait_for_locks(connection: Connection, limit: str) -> None:
    """Limit how long each statement of this transaction waits for a lock, such as `500ms`."""
    connection.execute(_sql("wait_for_locks"), (limit,))


def applied(connection: Connection) -> set[str]:
    """The versions in the CLI's history."""
    if not _truth(connection, "exists"):
        return set()
    return {version for (version,) in connection.execute(_sql("versions"))}


def create(connection: Connection) -> None:
    """Create the CLI's history, in the CLI's format, if there is none."""
    connection.execute(_sql("create"))


def record(connection: Connection, migrations: Iterable[Migration]) -> None:
    """Write files into the CLI's history."""
    for migration in migrations:
        texts = [statement.text for statement in migration.statements]
        connection.execute(_sql("record"), (migration.version, migration.name, texts))


def noted(connection: Connection) -> Mapping[str, str | None]:
    """The versions that the files noted themselves, each with its checksum if known."""
    if not _truth(connection, "noted_exists"):
        return {}
    return dict(connection.execute(_sql("noted")).fetchall())


def note_checksums(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Store the checksums of these files where a version is noted; does nothing before the column exists."""
    if _truth(connection, "takes_checksums"):
        given = {migration.version: migration.checksum for migration in migrations}
        connection.execute(_sql("note_checksums"), (list(given), list(given.values())))


def note(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Note files that a repair made unnecessary to run."""
    connection.cursor().executemany(_sql("note"), [(migration.version,) for migration in migrations])


def forget(connection: Connection, versions: Sequence[str]) -> None:
    """Remove versions of another edition from both histories."""
    connection.execute(_sql("forget"), (list(versions),))
    connection.execute(_sql("forget_noted"), (list(versions),))


def holds_rows(connection: Connection) -> bool:
    """Whether people have projects or jobs in the database."""
    return _truth(connection, "holds_rows")


def _truth(connection: Connection, name: str) -> bool:
    row = connection.execute(_sql(name)).fetchone()
    return bool(row and row[0])


def _sql(name: str) -> bytes:
    return (_FOLDER / f"{name}.sql").read_bytes()
