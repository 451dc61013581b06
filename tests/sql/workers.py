"""What tests have workers do: claim jobs and end them."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.sql.people import acting, new_id

CLAIM = "select * from public.claim_generation_jobs(%s, %s, 60, %s, %s)"

FINISH = "select job_id::text, outcome, reason from public.finish_generation_jobs(%s, %s, %s, %s, %s, %s, %s)"

BEAT = "select lost_job_id::text from public.heartbeat_generation_workers(%s, 60, %s, %s)"

MANY = """
insert into public.generation_jobs (user_id, project_id, mode)
select %s, %s, 'lifestyle' from generate_series(1, %s)
"""

Job = dict[str, Any]


def claim(
    connection: psycopg.Connection,
    limit: int = 10,
    modes: list[str] | None = None,
    projects: list[str] | None = None,
    worker: str | None = None,
) -> list[Job]:
    with acting(connection, "service_role"):
        cursor = connection.cursor(row_factory=dict_row)
        rows = cursor.execute(CLAIM, [worker or new_id(), limit, modes, projects]).fetchall()
    return [{**row, "id": str(row["id"])} for row in rows]


def finish(
    connection: psycopg.Connection,
    jobs: list[Job],
    status: str | list[str] = "succeeded",
    cents: int | list[int] = 5,
    errors: list[str | None] | None = None,
    finals: list[bool] | None = None,
    retry_seconds: list[int | None] | None = None,
) -> list[tuple[str, str, str | None]]:
    statuses = status if isinstance(status, list) else [status] * len(jobs)
    costs = cents if isinstance(cents, list) else [cents] * len(jobs)
    with acting(connection, "service_role"):
        return connection.execute(
            FINISH,
            [
                [job["id"] for job in jobs],
                [job["lease_token"] for job in jobs],
                statuses,
                costs,
                errors,
                finals,
                retry_seconds,
            ],
        ).fetchall()


def row(connection: psycopg.Connection, job: str) -> tuple[str, int, str | None]:
    found = connection.execute(
        "select status, cost_cents, error from public.generation_jobs where id = %s", [job]
    ).fetchone()
    assert found
    return found
