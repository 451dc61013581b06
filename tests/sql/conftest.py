"""Every test of the schema runs on PostgreSQL 18 and on Debian's 15."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.clusters import BLANK, MIGRATED, Cluster, Database
from tests.sql.people import Cast, introduce


@pytest.fixture(scope="session", params=["cluster", "cluster15"], ids=["pg18", "pg15"])
def server(request: pytest.FixtureRequest) -> Cluster:
    running: Cluster = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def database(server: Cluster) -> Iterator[Database]:
    """A database with every migration applied."""
    with server.copy_of(MIGRATED) as made:
        yield made


@pytest.fixture
def empty_database(server: Cluster) -> Iterator[Database]:
    """A Supabase project's database before the first migration."""
    with server.copy_of(BLANK) as made:
        yield made


@pytest.fixture(scope="session")
def stage(server: Cluster) -> Iterator[psycopg.Connection]:
    """One migrated database for all tests that take back what they do, and the connection that they share."""
    with server.copy_of(MIGRATED) as made, made.connect() as connection:
        yield connection


@pytest.fixture
def owner(stage: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """As the role `postgres` on a migrated database, inside a transaction that is undone after the test."""
    with stage.transaction(force_rollback=True):
        yield stage


@pytest.fixture
def cast(owner: psycopg.Connection) -> Cast:
    """Ana and Bob, each with a project, an asset and a job in every state."""
    return introduce(owner)
