"""The planner knows all rows, and its estimates can be asked for: they must tell no text of others."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from genjobs.migrations.schema_files import expected_schema
from tests.sql.people import Cast, acting

TEXTS = [(key.object, key.part) for key in expected_schema() if key.kind == "statistics"]
ROWS = {
    "public.projects": "insert into public.projects (user_id, name) select %(user)s, 'm' || n from {many}",
    "public.assets": """
        insert into public.assets
            (user_id, project_id, kind, mode, prompt_version, prompt_payload, storage_path)
        select %(user)s, %(project)s, 'input', 'lifestyle', 'm' || n, '{{}}', 'm' || n from {many}
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
