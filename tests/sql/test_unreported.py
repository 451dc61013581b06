"""What a worker spent is counted, also if its person would rather delete or rename the job."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast, acting, new_id, refusal
from tests.sql.workers import Job, claim, finish

DELETE = "delete from public.generation_jobs where id = %s"
MOVED_ON = "update genjobs.lost_leases set lost_at = lost_at - interval '15 seconds'"


@pytest.fixture
def job(owner: psycopg.Connection, cast: Cast) -> Job:
    """Ana's job, which a worker holds; nobody else has one."""
    owner.execute("delete from public.generation_jobs where user_id = %s", [cast.bob.id])
    [held] = claim(owner)
    return held


def cancel(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("select public.cancel_generation_job(%s)", [job["id"]])


def deleted(owner: psycopg.Connection, cast: Cast, job: Job) -> int:
    with acting(owner, "authenticated", cast.ana.id):
        return owner.execute(DELETE, [job["id"]]).rowcount


def spent(owner: psycopg.Connection, cast: Cast) -> int:
    with acting(owner, "authenticated", cast.ana.id):
        [[cents]] = owner.execute(
            "select sum(new_cost_cents - coalesce(old_cost_cents, 0)) from public.generation_job_events"
            " where kind <> 'deleted'"
        ).fetchall()
    return int(cents)


@pytest.mark.parametrize("rule", [True, False])
def test_a_job_is_not_deleted_before_its_worker_has_reported(
    owner: psycopg.Connection, cast: Cast, job: Job, rule: bool
) -> None:
    if not rule:
        without(owner, "genjobs.record_deleted_jobs", "current_setting('role') = 'authenticated'", "false")
    before = spent(owner, cast)
    for step in ("held", "cancelled"):
        if step == "cancelled":
            cancel(owner, cast, job)
        if rule:
            with refusal("PT409"):
                deleted(owner, cast, job)
    assert deleted(owner, cast, job) == 1 if not rule else True
    finish(owner, [job], "failed", 50)
    assert (spent(owner, cast) - before == 50) is rule
    if rule:
        assert deleted(owner, cast, job) == 1


def test_a_worker_that_never_reports_keeps_no_job_for_long(
    owner: psycopg.Connection, cast: Cast, job: Job
) -> None:
    cancel(owner, cast, job)
    owner.execute(MOVED_ON)
    assert deleted(owner, cast, job) == 1


def test_nor_is_its_project_deleted(owner: psycopg.Connection, cast: Cast, job: Job) -> None:
    delete = "delete from public.projects where id = %s"
    with refusal("PT409"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(delete, [cast.ana.project])
    finish(owner, [job])
    with acting(owner, "authenticated", cast.ana.id):
        assert owner.execute(delete, [cast.ana.project]).rowcount == 1


@pytest.mark.parametrize("statement", [DELETE, "delete from auth.users where id = %s"])
def test_who_keeps_the_project_may_delete_it_and_its_person(
    owner: psycopg.Connection, cast: Cast, job: Job, statement: str
) -> None:
    of_person = "auth.users" in statement
    if of_person:
        assert owner.execute(statement, [cast.ana.id]).rowcount == 1
        return
    with acting(owner, "service_role"):
        assert owner.execute(statement, [job["id"]]).rowcount == 1


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_a_job_keeps_its_id(owner: psycopg.Connection, cast: Cast, job: Job, role: str) -> None:
    rename = "update public.generation_jobs set id = %s where id = %s"
    with refusal("23514"), acting(owner, role, cast.ana.id):
        owner.execute(rename, [new_id(), job["id"]])
    with acting(owner, role, cast.ana.id):
        assert owner.execute(rename, [job["id"], job["id"]]).rowcount == 1, "an upsert writes it too"
    assert owner.execute(rename, [new_id(), job["id"]]).rowcount == 1, "the owner of the tables may"
