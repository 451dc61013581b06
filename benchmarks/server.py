"""A PostgreSQL of its own for a benchmark, with every migration, gone afterwards."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from genjobs import migrations
from genjobs.local import bootstrap, ports, postgres

USER = "11111111-1111-4111-8111-111111111111"
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "maintenance_work_mem": "256MB"}
PEOPLE = f"""
    insert into auth.users (id, email, aud, role)
    values ('{USER}', 'analyst@example.com', 'authenticated', 'authenticated');
    insert into public.projects (id, user_id, name)
    select ('22222222-2222-4222-8222-' || lpad(n::text, 12, '0'))::uuid, '{USER}', 'Project ' || n
    from generate_series(1, 20) as n;
"""


@dataclass(frozen=True)
class Bench:
    """A running server; `dsn` is the tables' owner's, `port` its port, `programs` the folder with pgbench."""

    dsn: str
    port: int
    programs: Path

    def connect(self) -> psycopg.Connection:
        """A connection as `postgres`, autocommit."""
        return psycopg.connect(self.dsn, autocommit=True)


@contextmanager
def bench(**settings: str) -> Iterator[Bench]:
    """Start PostgreSQL 18 with `settings` beside ours, one person and twenty projects."""
    programs, password = postgres.binaries(18), secrets.token_urlsafe(16)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        postgres.initialise(data, programs, password)
        with postgres.start(data, programs, ports.free_port(), SETTINGS | settings) as server:
            passwords = bootstrap.RolePasswords.generate()
            bootstrap.bootstrap(server.dsn(postgres.SUPERUSER, password), passwords)
            made = Bench(server.dsn("postgres", passwords.postgres), server.port, programs)
            migrations.apply(made.dsn)
            with made.connect() as connection:
                connection.execute(PEOPLE.encode())
            yield made
