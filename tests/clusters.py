"""Throw-away PostgreSQL clusters, brought to a Supabase project's first state, and databases in them."""

from __future__ import annotations

import itertools
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from genjobs import migrations
from genjobs.local import bootstrap, ports, postgres

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "shared_buffers": "64MB",
    "max_connections": "120",
    "min_wal_size": "32MB",
    "max_wal_size": "128MB",
}
PLAIN, BLANK, BLANK_WITH_GRANTS, MIGRATED = "template1", "blank", "blank_with_grants", "migrated"


@dataclass(frozen=True)
class Database:
    """A database of its own. `postgres_dsn` is for its owner, who is no superuser, as on hosted Supabase."""

    name: str
    postgres_dsn: str = field(repr=False)
    admin_dsn: str = field(repr=False)

    def connect(self) -> psycopg.Connection:
        """A connection as `postgres`, autocommit."""
        return psycopg.connect(self.postgres_dsn, autocommit=True)


@dataclass
class Cluster:
    """A running server with the roles of Supabase; databases are copies of templates made on first need."""

    server: postgres.PostgresServer
    admin_password: str = field(repr=False)
    passwords: bootstrap.RolePasswords = field(repr=False)
    templates: set[str] = field(default_factory=lambda: {PLAIN})
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def database(self, name: str) -> Database:
        return Database(
            name,
            self.server.dsn("postgres", self.passwords.postgres, name),
            self.server.dsn("supabase_admin", self.admin_password, name),
        )

    @contextmanager
    def copy_of(self, template: str) -> Iterator[Database]:
        """A fresh database, gone afterwards; it may be a template itself while nobody is connected."""
        self._prepare(template)
        name = f"test_{next(self.numbers)}"
        self._create(name, template)
        self.templates.add(name)
        yield self.database(name)
        self.templates.remove(name)
        with psycopg.connect(self._admin_dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def _prepare(self, template: str) -> None:
        if template in self.templates:
            return
        if template == MIGRATED:
            self._prepare(BLANK)
            self._create(template, BLANK)
            migrations.apply(self.database(template).postgres_dsn)
        else:
            self._create(template, PLAIN)
            bootstrap.bootstrap(
                self.database(template).admin_dsn,
                self.passwords,
                default_grants=template == BLANK_WITH_GRANTS,
            )
        self.templates.add(template)

    def _create(self, name: str, template: str) -> None:
        """Copy the files: where nothing is flushed, that takes a quarter of a copy through the log."""
        statement = sql.SQL("create database {} owner postgres template {} strategy file_copy")
        with psycopg.connect(self._admin_dsn(), autocommit=True) as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def _admin_dsn(self) -> str:
        return self.database("postgres").admin_dsn


@contextmanager
def running_cluster(major: int, folder: Path) -> Iterator[Cluster]:
    """A cluster of PostgreSQL `major` under `folder`, stopped and removed afterwards."""
    data, bin_dir, password = folder / f"pg{major}", postgres.binaries(major), secrets.token_urlsafe(16)
    postgres.initialise(data, bin_dir, password)
    try:
        with postgres.start(data, bin_dir, ports.free_port(), FAST) as server:
            made = Cluster(server, password, bootstrap.RolePasswords.generate())
            bootstrap.bootstrap(made.database("postgres").admin_dsn, made.passwords)
            yield made
    finally:
        shutil.rmtree(data)
