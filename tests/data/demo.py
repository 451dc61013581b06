"""Databases with the demo people in them, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from genjobs.local.demo import PEOPLE
from tests.clusters import MIGRATED, Cluster, Database

NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)  # a Monday
ANA, BEN, CHLOE, DAN = (person.user_id for person in PEOPLE)
JOBS = "public.generation_jobs"
STUCK = timedelta(hours=4)


@contextmanager
def peopled(cluster: Cluster) -> Iterator[Database]:
    with cluster.copy_of(MIGRATED) as database:
        with database.connect() as connection:
            for person in PEOPLE:
                connection.execute(
                    "insert into auth.users (id, email) values (%s, %s)", [person.user_id, person.email]
                )
        yield database


def ask(connection: psycopg.Connection, query: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(query, values or None).fetchall()


def value(connection: psycopg.Connection, query: str, *values: object) -> Any:
    return ask(connection, query, *values)[0][0]


def rows_of(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    """Every row of the four tables, but for `updated_at`, which a later move sets by the clock."""
    digest = (
        "select count(*), md5(string_agg((to_jsonb(t) - 'updated_at')::text, '' order by id)) from public."
    )
    tables = ("projects", "assets", "generation_jobs", "budgets")
    return [ask(connection, f"{digest}{table} as t")[0] for table in tables]


def fingerprint(database: Database) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return rows_of(connection)
