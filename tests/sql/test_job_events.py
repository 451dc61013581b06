"""The log: what happens to jobs, written by triggers alone, readable by the job's owner."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.sql.people import Cast, acting, add_job, add_project, new_id, refusal

API_ROLES = ("anon", "authenticated", "service_role")


def history(connection: psycopg.Connection, job: str) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select kind, old_status, new_status, old_cost_cents, new_cost_cents, error,"
        " actor_role, actor_id::text from public.generation_job_events where job_id = %s order by id",
        [job],
    ).fetchall()


def test_a_life_of_a_job_is_told(owner: psycopg.Connection, cast: Cast) -> None:
    job, ana = new_id(), cast.ana
    with acting(owner, "authenticated", ana.id):
        owner.execute(
            "insert into public.generation_jobs (id, user_id, project_id, mode, cost_cents)"
            " values (%s, %s, %s, 'lifestyle', 7)",
            [job, ana.id, ana.project],
        )
        owner.execute("update public.generation_jobs set cost_cents = 9 where id = %s", [job])
        owner.execute("select public.transition_job_status(%s, 'running')", [job])
        owner.execute("update public.generation_jobs set input_asset_id = %s where id = %s", [ana.asset, job])
    with acting(owner, "service_role"):
        owner.execute("select public.transition_job_status(%s, 'failed', 'no light')", [job])
    with acting(owner, "authenticated", ana.id):
        owner.execute("delete from public.generation_jobs where id = %s", [job])
        assert history(owner, job) == [
            ("created", None, "queued", None, 7, None, "authenticated", ana.id),
            ("cost_changed", "queued", "queued", 7, 9, None, "authenticated", ana.id),
            ("moved", "queued", "running", 9, 9, None, "authenticated", ana.id),
            ("moved", "running", "failed", 9, 9, "no light", "service_role", None),
            ("deleted", "failed", "failed", 9, 9, "no light", "authenticated", ana.id),
        ]


def test_a_change_of_project_or_mode_leaves_and_joins(owner: psycopg.Connection, cast: Cast) -> None:
    job, other = cast.ana.jobs["running"], add_project(owner, cast.ana.id)
    owner.execute(
        "update public.generation_jobs set project_id = %s, mode = 'packaging' where id = %s", [other, job]
    )
    told = owner.execute(
        "select kind, project_id::text, mode, old_status, new_status"
        " from public.generation_job_events where job_id = %s order by id desc limit 2",
        [job],
    ).fetchall()
    assert told == [
        ("joined", other, "packaging", None, "running"),
        ("left", cast.ana.project, "lifestyle", "running", None),
    ]


def test_a_job_that_comes_back_is_restored(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["failed"]
    owner.execute(
        "create temp table trash on commit drop as select * from public.generation_jobs where id = %s", [job]
    )
    owner.execute("delete from public.generation_jobs where id = %s", [job])
    owner.execute("set local genjobs.loading = 'on'")
    owner.execute("set local genjobs.restoring = 'on'")
    owner.execute("insert into public.generation_jobs select * from trash")
    assert [row[0] for row in history(owner, job)] == ["created", "deleted", "restored"]
    assert owner.execute("select * from genjobs.compare_cost_totals()").fetchall() == []


def test_a_project_that_goes_takes_its_jobs_and_leaves_their_history(
    owner: psycopg.Connection, cast: Cast
) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("delete from public.projects where id = %s", [cast.ana.project])
        for job in cast.ana.jobs.values():
            assert history(owner, job)[-1][0] == "deleted"


def test_a_person_who_goes_leaves_nothing(owner: psycopg.Connection, cast: Cast) -> None:
    gone, kept = cast.ana, cast.bob
    owner.execute("delete from public.generation_jobs where id = %s", [gone.jobs["failed"]])
    owner.execute("delete from auth.users where id = %s", [gone.id])
    count = "select count(*) from public.generation_job_events where user_id = %s"
    assert owner.execute(count, [gone.id]).fetchone() == (0,)
    assert owner.execute(count, [kept.id]).fetchone() == (4,)


def test_truncating_is_told(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("truncate public.generation_jobs")
    for job in (*cast.ana.jobs.values(), *cast.bob.jobs.values()):
        assert history(owner, job)[-1][0] == "deleted"
    assert owner.execute("select * from genjobs.compare_cost_totals()").fetchall() == []


def test_others_read_nothing_of_it(owner: psycopg.Connection, cast: Cast) -> None:
    reading = "select from public.generation_job_events"
    with acting(owner, "authenticated", cast.bob.id):
        assert owner.execute(reading).rowcount == 4
        assert history(owner, cast.ana.jobs["queued"]) == []
    with refusal("42501"), acting(owner, "anon"):
        owner.execute(reading)
    owner.execute('drop policy "Users can view own generation job events" on public.generation_job_events')
    owner.execute("create policy p on public.generation_job_events for select to authenticated using (true)")
    with acting(owner, "authenticated", cast.bob.id):
        assert owner.execute(reading).rowcount == 8


@pytest.mark.parametrize("role", API_ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "insert into public.generation_job_events (job_id, job_created_at, user_id, project_id, mode, kind)"
        " select job_id, job_created_at, user_id, project_id, mode, kind from public.generation_job_events",
        "update public.generation_job_events set new_cost_cents = 0 where true",
        "delete from public.generation_job_events where true",
        "truncate public.generation_job_events",
        "select genjobs.fold()",
        "select genjobs.back_fill()",
        "select genjobs.take_in(null)",
        "select genjobs.rebuild_cost_totals()",
        "select genjobs.erase_totals()",
        "select * from genjobs.cost_totals",
        "update genjobs.fold_state set complete = true where true",
    ],
)  # fmt: skip
def test_nobody_writes_it(owner: psycopg.Connection, cast: Cast, role: str, statement: str) -> None:
    with refusal("42501"), acting(owner, role, cast.ana.id):
        owner.execute(statement.encode())


SETTLED = [
    ("id = gen_random_uuid()", ("queued", "running", "succeeded", "failed")),
    ("created_at = now() - interval '1 day'", ("queued", "running", "succeeded", "failed")),
    ("cost_cents = cost_cents + 1", ("succeeded", "failed")),
]


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
@pytest.mark.parametrize(("change", "statuses"), SETTLED, ids=["id", "created_at", "cost"])
def test_settled_facts_stay(
    owner: psycopg.Connection, cast: Cast, role: str, change: str, statuses: tuple[str, ...]
) -> None:
    for status in statuses:
        update = f"update public.generation_jobs set {change} where id = '{cast.ana.jobs[status]}'".encode()
        with refusal("23514"), acting(owner, role, cast.ana.id):
            owner.execute(update)
        with owner.transaction(force_rollback=True):
            owner.execute("drop trigger refuse_settled on public.generation_jobs")
            with acting(owner, role, cast.ana.id):
                assert owner.execute(update).rowcount == 1


def test_a_job_is_not_given_away(owner: psycopg.Connection, cast: Cast) -> None:
    update = "update public.generation_jobs set user_id = %s, project_id = %s where id = %s"
    with refusal("23514"), acting(owner, "service_role"):
        owner.execute(update, [cast.bob.id, cast.bob.project, cast.ana.jobs["queued"]])
    owner.execute(update, [cast.bob.id, cast.bob.project, cast.ana.jobs["queued"]])
    assert owner.execute("select * from genjobs.compare_cost_totals()").fetchall() == []


def test_an_open_job_may_change_its_cost(owner: psycopg.Connection, cast: Cast) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        done = owner.execute(
            "update public.generation_jobs set cost_cents = 3, status = 'succeeded' where id = %s",
            [cast.ana.jobs["running"]],
        )
    assert done.rowcount == 1
    assert add_job(owner, cast.ana.id, cast.ana.project)
