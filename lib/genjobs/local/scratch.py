"""A temporary database: a separate PostgreSQL in a Supabase project's initial state, deleted afterwards."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from genjobs.local import postgres
from genjobs.local.bootstrap import RolePasswords, bootstrap
from genjobs.local.ports import free_port


@contextmanager
def database() -> Iterator[str]:
    """The URL of a database without any migration, for the role that will own the tables.

    Raises Unavailable if PostgreSQL cannot be started.
    """
    with tempfile.TemporaryDirectory() as folder:
        data, programs = Path(folder) / "data", postgres.binaries()
        password, passwords = secrets.token_urlsafe(16), RolePasswords.generate()
        postgres.initialise(data, programs, password)
        with postgres.start(data, programs, free_port(), {"fsync": "off"}) as server:
            bootstrap(server.dsn(postgres.SUPERUSER, password), passwords)
            yield server.dsn("postgres", passwords.postgres)
