"""The older edition's weaknesses: each attack fails here, and works again once its fix is taken away."""

from __future__ import annotations

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, add_job, new_id, refusal
from tests.sql.schema import bring_back

CALLS = {
    "get_job_statistics": "select * from public.get_job_statistics()",
    "get_recent_jobs": "select * from public.get_recent_jobs(5)",
    "transition_job_status": f"select public.transition_job_status('{new_id()}', 'running')",
    "get_console_setup": "select public.get_console_setup()",
    "prove_isolation": "select * from public.prove_isolation()",
}


def totals_in_view(connection: psycopg.Connection, of: Person) -> int:
    return connection.execute(
        "select * from public.generation_job_summary where user_id = %s", [of.id]
    ).rowcount


def statistics(connection: psycopg.Connection, of: Person | None) -> list[tuple[str, int, int, int]]:
    return connection.execute(
        "select status, count, total_cost_cents, avg_cost_cents::int from public.get_job_statistics(%s)",
        [of and of.id],
    ).fetchall()


def recent(connection: psycopg.Connection, limit: int | None) -> list[str]:
    return [row[0] for row in connection.execute("select id::text from public.get_recent_jobs(%s)", [limit])]


def create(connection: psycopg.Connection, **columns: object) -> None:
    names = ", ".join(columns)
    marks = ", ".join(["%s"] * len(columns))
    connection.execute(
        f"insert into public.generation_jobs (mode, {names}) values ('lifestyle', {marks})".encode(),
        list(columns.values()),
    )


def test_1_the_view_shows_the_callers_totals_only(owner: psycopg.Connection, cast: Cast) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        assert totals_in_view(owner, cast.bob) == 0
        assert totals_in_view(owner, cast.ana) == 4
    with refusal("42501"), acting(owner, "anon"):
        totals_in_view(owner, cast.bob)

    bring_back(owner, "view")
    with acting(owner, "authenticated", cast.ana.id):
        assert totals_in_view(owner, cast.bob) == 4


def test_2_statistics_answer_the_person_and_the_service_role(owner: psycopg.Connection, cast: Cast) -> None:
    every = [(status, 1, 100, 100) for status in ("failed", "queued", "running", "succeeded")]
    with acting(owner, "authenticated", cast.ana.id):
        assert statistics(owner, cast.bob) == []
        assert statistics(owner, cast.ana) == every
        assert statistics(owner, None) == every
    with acting(owner, "service_role"):
        assert statistics(owner, cast.bob) == every
        assert statistics(owner, None) == []
    with acting(owner, "authenticated"):
        assert statistics(owner, cast.bob) == []
        assert statistics(owner, None) == []

    bring_back(owner, "functions")
    with acting(owner, "authenticated", cast.ana.id):
        assert sorted(statistics(owner, cast.bob)) == every


def test_2_statistics_hold_with_row_level_security_off(owner: psycopg.Connection, cast: Cast) -> None:
    """The function names its caller itself, as does the one for recent jobs."""
    owner.execute("alter table public.generation_jobs disable row level security")
    with acting(owner, "authenticated", cast.ana.id):
        assert statistics(owner, cast.bob) == []
        assert set(recent(owner, 100)) == set(cast.ana.jobs.values())


@pytest.mark.parametrize("name", CALLS)
def test_3_anon_calls_nothing(owner: psycopg.Connection, cast: Cast, name: str) -> None:
    with refusal("42501"), acting(owner, "anon"):
        owner.execute(CALLS[name].encode())
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute(CALLS[name].encode())

    if name in ("get_job_statistics", "get_recent_jobs", "transition_job_status"):
        bring_back(owner, "functions")
        with acting(owner, "anon"):
            owner.execute(CALLS[name].encode())


def test_3_functions_have_their_callers_rights_and_a_closed_search_path(owner: psycopg.Connection) -> None:
    open_to_attack = (
        "select proname from pg_proc where pronamespace = 'public'::regnamespace"
        " and (prosecdef or not proconfig @> array['search_path=pg_catalog, pg_temp'] is true)"
    )
    assert owner.execute(open_to_attack.encode()).fetchall() == []
    bring_back(owner, "functions")
    assert len(owner.execute(open_to_attack.encode()).fetchall()) == 3


def test_3_a_planted_table_is_not_read(owner: psycopg.Connection, cast: Cast) -> None:
    """With an open search path, a temporary table of the caller's stands in for the real one."""
    planted = new_id()

    def plant_and_call() -> list[str]:
        with acting(owner, "authenticated", cast.ana.id):
            owner.execute("create temp table generation_jobs (like public.generation_jobs) on commit drop")
            owner.execute("grant select on generation_jobs to public")
            owner.execute(
                "insert into pg_temp.generation_jobs values"
                " (%s, %s, %s, 'failed', 'x', null, null, 1, now(), now())",
                [planted, cast.ana.id, cast.ana.project],
            )
            found = recent(owner, 10)
            owner.execute("drop table pg_temp.generation_jobs")
            return found

    assert planted not in plant_and_call()
    bring_back(owner, "functions")
    assert plant_and_call() == [planted]


def test_4_queued_does_not_become_succeeded(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    skip = "select public.transition_job_status(%s, 'succeeded')"
    with acting(owner, "authenticated", cast.ana.id):
        assert owner.execute(skip, [job]).fetchone() == (False,)

    bring_back(owner, "functions")
    with refusal("PT409"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(skip, [job])
    owner.execute("drop trigger refuse_move on public.generation_jobs")
    with acting(owner, "authenticated", cast.ana.id):
        assert owner.execute(skip, [job]).fetchone() == (True,)


def test_4_of_two_calls_one_wins(owner: psycopg.Connection, cast: Cast) -> None:
    start = "select public.transition_job_status(%s, 'running')"
    with acting(owner, "authenticated", cast.ana.id):
        assert [owner.execute(start, [cast.ana.jobs["queued"]]).fetchone() for _ in range(2)] == [
            (True,),
            (False,),
        ]

    bring_back(owner, "functions")
    again = add_job(owner, cast.ana.id, cast.ana.project)
    with acting(owner, "authenticated", cast.ana.id):
        assert [owner.execute(start, [again]).fetchone() for _ in range(2)] == [(True,), (True,)]


def test_4_a_plain_update_does_not_go_round(owner: psycopg.Connection, cast: Cast) -> None:
    revive = "update public.generation_jobs set status = 'queued' where id = %s"
    with refusal("PT409"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(revive, [cast.ana.jobs["failed"]])

    owner.execute("drop trigger refuse_move on public.generation_jobs")
    with acting(owner, "authenticated", cast.ana.id):
        assert owner.execute(revive, [cast.ana.jobs["failed"]]).rowcount == 1


@pytest.mark.parametrize("role", ["authenticated", "service_role", "postgres"])
@pytest.mark.parametrize("status", ["running", "succeeded", "failed"])
def test_5_a_job_starts_queued(owner: psycopg.Connection, cast: Cast, role: str, status: str) -> None:
    columns = {"user_id": cast.ana.id, "project_id": cast.ana.project, "status": status}
    with refusal("23514"), acting(owner, role, cast.ana.id):
        create(owner, **columns)

    without(owner, "genjobs.check_new_job", "perform genjobs.refuse_start(new)", "null")
    with acting(owner, role, cast.ana.id):
        create(owner, **columns)


@pytest.mark.parametrize("role", ["authenticated", "service_role", "postgres"])
def test_5_a_cost_is_not_negative(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    columns = {"user_id": cast.ana.id, "project_id": cast.ana.project, "cost_cents": -1}
    change = "update public.generation_jobs set cost_cents = -1 where id = %s"
    with refusal("23514"), acting(owner, role, cast.ana.id):
        create(owner, **columns)
    with refusal("23514"), acting(owner, role, cast.ana.id):
        owner.execute(change, [cast.ana.jobs["running"]])
    with acting(owner, role, cast.ana.id):
        create(owner, **columns | {"cost_cents": 0})

    without(owner, "genjobs.check_new_job", "perform genjobs.refuse_negative_cost(new)", "null")
    owner.execute("drop trigger refuse_negative_cost on public.generation_jobs")
    with acting(owner, role, cast.ana.id):
        create(owner, **columns)
        owner.execute(change, [cast.ana.jobs["running"]])


@pytest.mark.parametrize("limit", [-1, 0, -(2**31)])
def test_6_a_limit_below_one_answers_nothing(owner: psycopg.Connection, cast: Cast, limit: int) -> None:
    with acting(owner, "authenticated", cast.ana.id):
        assert recent(owner, limit) == []

    bring_back(owner, "functions")
    if limit < 0:
        with refusal("2201W"), acting(owner, "authenticated", cast.ana.id):
            recent(owner, limit)


def test_6_a_limit_of_a_billion_is_bounded(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(
        "insert into public.generation_jobs (user_id, project_id, mode)"
        " select %s, %s, 'lifestyle' from generate_series(1, 1200)",
        [cast.ana.id, cast.ana.project],
    )
    with acting(owner, "authenticated", cast.ana.id):
        assert [len(recent(owner, limit)) for limit in (1_000_000_000, 1001, 999, None)] == [
            1000,
            1000,
            999,
            10,
        ]

    bring_back(owner, "functions")
    with acting(owner, "authenticated", cast.ana.id):
        assert len(recent(owner, 1_000_000_000)) == 1204


def test_recent_jobs_come_newest_first(owner: psycopg.Connection, cast: Cast) -> None:
    for age, status in enumerate(["failed", "queued", "succeeded", "running"]):
        owner.execute(
            "update public.generation_jobs set created_at = now() - make_interval(hours => %s) where id = %s",
            [age, cast.ana.jobs[status]],
        )
    with acting(owner, "authenticated", cast.ana.id):
        assert recent(owner, 3) == [cast.ana.jobs[status] for status in ("failed", "queued", "succeeded")]


def test_statistics_come_in_the_order_of_the_status(owner: psycopg.Connection, cast: Cast) -> None:
    """Also where the plan groups by hashing, which leaves any order."""
    owner.execute("set local enable_sort = off")
    owner.execute("set local enable_indexscan = off")
    owner.execute("set local enable_indexonlyscan = off")
    with acting(owner, "authenticated", cast.ana.id):
        assert [row[0] for row in statistics(owner, None)] == ["failed", "queued", "running", "succeeded"]


def test_recent_jobs_of_one_moment_come_in_one_order(owner: psycopg.Connection, cast: Cast) -> None:
    for _ in range(20):
        add_job(owner, cast.ana.id, cast.ana.project)
    owner.execute("update public.generation_jobs set created_at = now()")
    owner.execute("set local enable_indexscan = off")
    with acting(owner, "authenticated", cast.ana.id):
        found = recent(owner, 100)
    assert len(found) == 24
    assert found == sorted(found, reverse=True)


def test_an_error_text_is_kept_unless_a_new_one_comes(owner: psycopg.Connection, cast: Cast) -> None:
    job = cast.ana.jobs["queued"]
    move = "select public.transition_job_status(p_job_id => %s, p_new_status => %s, p_error => %s)"
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute("update public.generation_jobs set error = 'first try' where id = %s", [job])
        owner.execute(move, [job, "running", None])
        assert owner.execute("select error from public.generation_jobs where id = %s", [job]).fetchone() == (
            "first try",
        )
        owner.execute(move, [job, "failed", "out of memory"])
        assert owner.execute(
            "select status, error from public.generation_jobs where id = %s", [job]
        ).fetchone() == ("failed", "out of memory")
