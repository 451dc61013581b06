"""Dumps of one database restored into another, with the programs of PostgreSQL 18."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg

from genjobs.local import postgres


def dump(source: str, file: Path, *options: str) -> Path:
    """Write what the connection URL `source` sees into `file`, in pg_restore's own format."""
    _run("pg_dump", "--format=custom", f"--file={file}", *options, source)
    return file


def restore(file: Path, target: str, *options: str, **environment: str) -> str:
    """Restore `file` into the database of the connection URL `target`; gives what pg_restore complains of."""
    return _run("pg_restore", f"--dbname={target}", *options, str(file), **environment)


def count_ahead(connection: psycopg.Connection, transactions: int) -> None:
    """Have the server of `connection` (autocommit) count so many transactions more."""
    loop = f"for n in 1..{transactions} loop perform pg_current_xact_id(); commit; end loop"
    connection.execute(f"do $$ begin {loop}; end $$".encode())


def _run(program: str, *arguments: str, **environment: str) -> str:
    command = [str(postgres.binaries(18) / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    if done.returncode and "errors ignored on restore" not in done.stderr:
        raise AssertionError(done.stderr)
    return done.stderr
