"""The planner knows all rows, and its estimates can be asked for: they must tell no text of others."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from genjobs import migrations
from genjobs.migrations.schema_files import expected_schema
from tests.clusters import Database
from tests.sql.people import Cast, acting
from tests.sql.schema import bring_back

FIXED = {"kind", "status", "old_status", "new_status", "actor_role", "time_zone", "assets.mode"}
"""Texts of a fixed vocabulary."""
TEXTS = [
    (key.object, key.part)
    for key, text in expected_schema().items()
    if key.kind == "column" and key.object.startswith("public.") and text.startswith("text")
    if not {key.part, f"{key.object.removeprefix('public.')}.{key.part}"} & FIXED
]
ROWS = {
    "public.projects": "insert into public.projects (user_id, name) select %(user)s, 'm' || n from {many}",
    "public.assets": """
        insert into public.assets
            (user_id, project_id, kind, mode, prompt_version, prompt_payload, storage_path, mime_type)
        select %(user)s, %(project)s, 'input', 'lifestyle', 'm' || n, '{{}}', 'm' || n, 'm' || n from {many}
    """,
    "public.generation_jobs": """
        insert into public.generation_jobs (user_id, project_id, mode, status, error)
        select %(user)s, %(project)s, 'm' || n, 'failed', 'm' || n from {many}
    """,
    "public.generation_job_events": """
        insert into public.generation_job_events
            (job_created_at, job_id, user_id, project_id, kind, mode, error)
        select now(), gen_random_uuid(), %(user)s, %(project)s, 'known', 'm' || n, 'm' || n from {many}
    """,
}


def estimates(owner: psycopg.Connection, cast: Cast, table: str, column: str) -> set[int]:
    """What the planner estimates for Ana, whichever part of Bob's texts she asks for."""
    schema, _, name = table.partition(".")
    query = sql.SQL("explain (format json) select from {} where {} < {}")
    found = set()
    with acting(owner, "authenticated", cast.ana.id):
        for text in ("a", "m5", "z"):
            parts = (sql.Identifier(schema, name), sql.Identifier(column), sql.Literal(text))
            [[[plan]]] = owner.execute(query.format(*parts)).fetchall()
            found.add(plan["Plan"]["Plan Rows"])
    return found


@pytest.fixture
def written(owner: psycopg.Connection, cast: Cast) -> Cast:
    """Bob has thousands of rows of each table, and Ana's are too few to matter."""
    owner.execute("set local session_replication_role = replica")
    values = {"user": cast.bob.id, "project": cast.bob.project}
    for statement in ROWS.values():
        owner.execute(statement.format(many="generate_series(1, 3000) as n"), values)
    return cast


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_no_estimate_tells_what_others_have_written(
    owner: psycopg.Connection, written: Cast, table: str, column: str
) -> None:
    owner.execute(f"analyze {table}")
    assert len(estimates(owner, written, table, column)) == 1


def test_with_statistics_it_would(owner: psycopg.Connection, written: Cast) -> None:
    owner.execute("alter table public.generation_jobs alter column error set statistics -1")
    owner.execute("analyze public.generation_jobs")
    assert len(estimates(owner, written, "public.generation_jobs", "error")) > 1


def test_statistics_that_were_gathered_before_are_cleared(empty_database: Database) -> None:
    with empty_database.connect() as connection:
        for part in ("tables", "functions", "view", "rows"):
            bring_back(connection, part)
        connection.execute("analyze")
        gathered = {("projects", "name"), ("assets", "storage_path"), ("generation_jobs", "error")}
        assert gathered < known(connection)
        migrations.apply(empty_database.postgres_dsn)
        connection.execute("analyze")
        assert known(connection) == set()


def known(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """The columns of `TEXTS` of which the planner has statistics."""
    found = connection.execute(
        "select tablename, attname from pg_stats where schemaname = 'public'"
    ).fetchall()
    return set(found) & {(table.removeprefix("public."), column) for table, column in TEXTS}
