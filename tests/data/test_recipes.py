"""The code shown under each operation runs, as the person it is shown to, and does what it says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from genjobs.console.kit import recipes
from genjobs.data import jobs, projects
from genjobs.domain.workflow import Status
from genjobs.local.stack import StackInfo
from tests.data.people import Person, owner
from tests.data.test_jobs import picture

NASTY = "O'Hara \\' \"quoted\" \\n {x} %s -- ü 漢\n'); drop table public.projects; --"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


def run_sql(stack: StackInfo, person: Person, text: str) -> list[tuple[Any, ...]]:
    claims = json.dumps({"sub": person.user_id, "role": "authenticated"})
    with owner(stack) as connection, connection.transaction():
        connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
        connection.execute("set local role authenticated")
        cursor = psycopg.ClientCursor(connection).execute(sql.SQL(text))
        return cursor.fetchall() if cursor.description else []


def run_python(person: Person, text: str) -> Any:
    return eval(compile(text, "recipe", "eval"), {"client": person.client})


@pytest.fixture(params=["sql", "python"])
def run(request: pytest.FixtureRequest, stack: StackInfo, ana: Person) -> Any:
    if request.param == "sql":
        return lambda recipe: run_sql(stack, ana, recipe.sql)
    return lambda recipe: run_python(ana, recipe.python)


def test_projects_are_listed(run: Any, ana: Person) -> None:
    ana.project("One")
    ana.project("Two")
    assert len(run(recipes.list_projects())) == 2


def test_a_project_is_created_whatever_its_name(run: Any, ana: Person) -> None:
    run(recipes.create_project(ana.user_id, NASTY))
    assert [project.name for project in projects.list_projects(ana.client)] == [NASTY]


@pytest.mark.parametrize("with_asset", [True, False])
def test_a_job_is_created(run: Any, ana: Person, with_asset: bool) -> None:
    project = ana.project()
    asset_id = picture(ana, project).id if with_asset else None
    run(recipes.create_job(ana.user_id, project.id, NASTY, 250, asset_id))
    (job,) = jobs.list_jobs(ana.client)
    assert (job.project_id, job.mode, job.cost_cents, job.input_asset_id) == (
        project.id,
        NASTY,
        250,
        asset_id,
    )


def test_a_job_is_moved_with_its_error_text(run: Any, ana: Person) -> None:
    job = ana.job(ana.project())
    assert run(recipes.transition_job(job.id, Status.RUNNING)) in (True, [(True,)])
    assert run(recipes.transition_job(job.id, Status.FAILED, NASTY)) in (True, [(True,)])
    moved = jobs.get_job(ana.client, job.id)
    assert (moved.status, moved.error) == (Status.FAILED, NASTY)


def test_statistics_are_read(run: Any, ana: Person) -> None:
    ana.job(ana.project())
    assert len(run(recipes.get_statistics())) == 1


def test_a_job_is_deleted(run: Any, ana: Person) -> None:
    project = ana.project()
    gone, kept = ana.job(project), ana.job(project)
    run(recipes.delete_job(gone.id))
    assert [job.id for job in jobs.list_jobs(ana.client)] == [kept.id]


def test_old_jobs_are_counted_and_deleted(run: Any, ana: Person) -> None:
    project = ana.project()
    ana.job(project, Status.FAILED)
    kept = ana.job(project)
    statuses = [Status.SUCCEEDED, Status.FAILED]
    assert run(recipes.count_old_jobs(TOMORROW, statuses)) in (1, [(1,)])
    run(recipes.delete_old_jobs(TOMORROW, statuses))
    assert [job.id for job in jobs.list_jobs(ana.client)] == [kept.id]
