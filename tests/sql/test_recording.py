"""Creations and deletions are logged once, whether row by row under a limit or when their statement ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import psycopg
import pytest

from tests.clusters import Database
from tests.local.waiting import until
from tests.sql.functions import without
from tests.sql.people import Cast, acting, add_project, introduce, refusal

MANY = (
    "insert into public.generation_jobs (user_id, project_id, mode, cost_cents)"
    " select %s, project, 'lifestyle', cost from unnest(%s::uuid[], %s::int[]) as given (project, cost)"
    " returning id"
)
LIMIT = "insert into public.budgets (user_id, project_id, monthly_cents, is_hard) values (%s, %s, %s, true)"
WAITING = "select from pg_locks where not granted"
JUDGED_LATE = "perform genjobs.judge_spending(unjudged)"


def kinds(connection: psycopg.Connection, jobs: list[str]) -> list[list[str]]:
    """The kinds of the events of each job."""
    told = (
        "select coalesce(array_agg(kind order by id), '{}') from public.generation_job_events"
        " where job_id = %s"
    )
    return [row[0] for job in jobs for row in connection.execute(told.encode(), [job])]


def marks(connection: psycopg.Connection) -> int:
    return connection.execute("select from genjobs.recorded_at_once").rowcount


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_each_job_of_a_statement_is_told_once(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    """One project has a limit, the other has none."""
    ana = cast.ana
    projects = [ana.project, add_project(owner, ana.id)]
    owner.execute(LIMIT, [ana.id, ana.project, 1000])
    with acting(owner, role, ana.id):
        for _ in range(2):
            made = owner.execute(MANY, [ana.id, projects * 3, [0, 1, 2, 3, 4, 5]]).fetchall()
            assert kinds(owner, [job for (job,) in made]) == [["created"]] * 6
    assert marks(owner) == 0
    assert owner.execute("select * from genjobs.compare_cost_totals()").fetchall() == []


def test_an_upsert_tells_of_new_jobs_alone(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    [(new,)] = owner.execute("select gen_random_uuid()::text").fetchall()
    owner.execute(
        "insert into public.generation_jobs (id, user_id, project_id, mode) select id, %s, %s, 'lifestyle'"
        " from unnest(%s::uuid[]) as given (id) on conflict (id) do update set cost_cents = 5",
        [cast.ana.id, cast.ana.project, [job, new]],
    )
    assert kinds(owner, [job, new]) == [["created", "cost_changed"], ["created"]]


def test_a_refused_statement_leaves_no_mark(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(LIMIT, [cast.ana.id, None, 402])
    with refusal("PT402"), owner.transaction():
        owner.execute(MANY, [cast.ana.id, [cast.ana.project] * 2, [2, 1]])
    assert marks(owner) == 0
    [(job,)] = owner.execute(MANY, [cast.ana.id, [cast.ana.project], [2]]).fetchall()
    assert (kinds(owner, [job]), marks(owner)) == ([["created"]], 0)


def test_nobody_skips_the_record_by_a_setting(owner: psycopg.Connection, cast: Cast) -> None:
    for limit in (False, True):
        if limit:
            owner.execute(LIMIT, [cast.ana.id, None, 1000])
        for setting in ("on", "off"):
            with acting(owner, "authenticated", cast.ana.id):
                owner.execute("select set_config('genjobs.recorded_at_once', %s, true)", [setting])
                [(job,)] = owner.execute(MANY, [cast.ana.id, [cast.ana.project], [1]]).fetchall()
            assert kinds(owner, [job]) == [["created"]]


def test_a_bulk_deletion_tells_of_each_job(owner: psycopg.Connection, cast: Cast) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("delete from public.generation_jobs")
    assert kinds(owner, list(cast.ana.jobs.values())) == [["created", "deleted"]] * 4
    assert kinds(owner, list(cast.bob.jobs.values())) == [["created"]] * 4
    assert owner.execute("select * from genjobs.compare_cost_totals()").fetchall() == []


@pytest.mark.parametrize("judged", [True, False])
def test_a_limit_made_in_the_midst_of_a_statement_binds_the_jobs_before_it(
    database: Database, judged: bool
) -> None:
    """The second job waits for its project; when the third is judged, the first is not in the log yet."""
    with database.connect() as owner, database.connect() as inserter, ThreadPoolExecutor(1) as pool:
        ana = introduce(owner).ana
        owner.execute("delete from public.generation_jobs where user_id = %s", [ana.id])
        (spent,) = owner.execute(
            "select coalesce(sum(new_cost_cents), 0)::int from public.generation_job_events"
            " where kind = 'created' and user_id = %s",
            [ana.id],
        ).fetchone() or (0,)
        other = add_project(owner, ana.id)
        if not judged:
            without(owner, "genjobs.record_new_jobs", JUDGED_LATE, "null")
        with owner.transaction():
            owner.execute("select from public.projects where id = %s for update", [other])
            projects, costs = [ana.project, other, ana.project], [300, 0, 1]
            made = pool.submit(inserter.execute, MANY, [ana.id, projects, costs])
            until(lambda: made.done() or owner.execute(WAITING).rowcount > 0, "the statement waits")
            owner.execute(LIMIT, [ana.id, ana.project, spent + 250])
        with refusal("PT402") if judged else nullcontext():
            made.result()
