"""The stack's PostgreSQL: creates its data directory atomically, and starts its server even after a crash."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from genjobs.domain.errors import Unavailable
from genjobs.local import orphans, postgres
from genjobs.local.bootstrap import bootstrap
from genjobs.local.home import Home
from genjobs.local.keys import Keys
from genjobs.local.ports import free_port
from genjobs.local.postgres import PostgresServer

PREFERRED_PORT = 54322
TRIES = 3
CONTROL = Path("global", "pg_control")
SETTINGS = {"max_connections": "60"}


def build(home: Home, keys: Keys) -> None:
    """Create `home.data` as a draft without flushing, then flush it and rename it into place."""
    for leftover in home.root.glob("data.draft-*"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    draft = home.root / f"data.draft-{secrets.token_hex(4)}"
    try:
        _fill(draft, keys)
        draft.rename(home.data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        draft.with_name(f"{draft.name}.log").unlink(missing_ok=True)


def _fill(draft: Path, keys: Keys) -> None:
    programs = postgres.binaries()
    postgres.initialise(draft, programs, keys.superuser_password)
    with postgres.start(draft, programs, free_port(), {"fsync": "off"}) as server:
        settle(server, keys)
    postgres.flush(draft, programs)


def settle(server: PostgresServer, keys: Keys) -> None:
    """Give the database a hosted project's initial roles, schemas and functions. Safe to repeat."""
    bootstrap(server.dsn(postgres.SUPERUSER, keys.superuser_password), keys.role_passwords)


def start(home: Home, port: int | None = None) -> PostgresServer:
    """Start the server on `home.data`, ending an earlier stack's orphaned server first.

    It listens on `port`, by default on a free one.
    Raises Unavailable if the directory is of another version, damaged, or not a database.
    """
    _check_data(home.data)
    end_orphan(home.data)
    return _start_on(home, port) if port else _start_on_a_free_port(home, TRIES)


def _start_on(home: Home, port: int) -> PostgresServer:
    return postgres.start(home.data, postgres.binaries(), port, SETTINGS, home.logs / "postgres.log")


def _start_on_a_free_port(home: Home, tries: int) -> PostgresServer:
    try:
        return _start_on(home, free_port(PREFERRED_PORT))
    except Unavailable as error:
        if tries <= 1 or "Address already in use" not in error.message:
            raise
        return _start_on_a_free_port(home, tries - 1)


def _check_data(data: Path) -> None:
    found, ours = data / "PG_VERSION", postgres.major_version(postgres.binaries())
    if not found.exists():
        raise Unavailable(
            f"{data} is not a PostgreSQL database.",
            hint="To start over and lose all data: genjobs local reset",
        )
    made_by = found.read_text(errors="replace").strip()
    if not made_by.isdigit():
        raise _damaged(data, "PG_VERSION contains no version")
    if not (data / CONTROL).exists():
        raise _damaged(data, f"{CONTROL} is missing")
    if made_by != str(ours):
        raise Unavailable(
            f"{data} was made by PostgreSQL {made_by}, but this is PostgreSQL {ours}.",
            hint=f"Dump it with PostgreSQL {made_by} first, or start over, losing it: genjobs local reset",
        )


def _damaged(data: Path, what: str) -> Unavailable:
    return Unavailable(
        f"The database in {data} is damaged: {what}.",
        hint="Put a backup of the whole folder in its place, or start afresh, losing what is there: "
        "genjobs local reset",
    )


def end_orphan(data: Path) -> None:
    """End a server on `data` that an earlier stack left, and the remaining processes of a killed one.

    A busy process does not notice that its server was killed, and holds memory that the next server needs.
    """
    orphans.end(data / "postmaster.pid", "postgres", data)
    orphans.end_all("postgres", data)
