"""A job comes back only by the hand of the tables' owner, and only if it was deleted before."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast, acting, new_id

INSERT = (
    "insert into public.generation_jobs (id, user_id, project_id, mode, cost_cents)"
    " values (%s, %s, %s, 'lifestyle', 70)"
)


def last_kind(connection: psycopg.Connection, job: str) -> str:
    row = connection.execute(
        "select kind from public.generation_job_events where job_id = %s order by id desc limit 1", [job]
    ).fetchone()
    assert row
    return str(row[0])


def insert_as_restored(connection: psycopg.Connection, cast: Cast, role: str, job: str) -> str:
    with acting(connection, role, cast.ana.id):
        connection.execute("set local genjobs.restoring = 'on'")
        connection.execute(INSERT, [job, cast.ana.id, cast.ana.project])
    return last_kind(connection, job)


def test_the_owner_brings_a_deleted_job_back_once(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    for kind in ("restored", "restored"):
        owner.execute("delete from public.generation_jobs where id = %s", [job])
        assert insert_as_restored(owner, cast, "none", job) == kind


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_nobody_else_does(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    job = cast.ana.jobs["queued"]
    owner.execute("delete from public.generation_jobs where id = %s", [job])
    assert insert_as_restored(owner, cast, role, job) == "created"

    without(
        owner,
        "genjobs.is_owner",
        "coalesce(nullif(current_setting('role'), 'none'), session_user) = (",
        "'postgres' = (",
    )
    owner.execute("delete from public.generation_jobs where id = %s", [job])
    assert insert_as_restored(owner, cast, role, job) == "restored"


def test_a_job_that_was_never_deleted_is_created(owner: psycopg.Connection, cast: Cast) -> None:
    assert insert_as_restored(owner, cast, "none", new_id()) == "created"


def test_whoever_says_restored_pays_like_for_a_new_job(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    owner.execute("delete from public.generation_jobs where id = %s", [job])
    cost = (
        "select genjobs.added_cents("
        "row(%s, %s, %s, 'queued', 'x', null, null, 70, now(), now())::public.generation_jobs)"
    )
    values = [job, cast.ana.id, cast.ana.project]
    owner.execute("set local genjobs.restoring = 'on'")
    assert owner.execute(cost, values).fetchone() == (0,)
    owner.execute("grant execute on function genjobs.added_cents(public.generation_jobs) to authenticated")
    with acting(owner, "authenticated", cast.ana.id):
        assert owner.execute(cost, values).fetchone() == (70,)
