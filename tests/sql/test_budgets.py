"""Monthly budgets: what counts, who sees them, and that a hard limit holds."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, add_project, new_id, refusal

INSERT = (
    "insert into public.generation_jobs (user_id, project_id, mode, cost_cents)"
    " values (%s, %s, 'lifestyle', %s)"
)
AT = INSERT.replace("cost_cents)", "cost_cents, created_at)").replace("%s)", "%s, %s)")


@pytest.fixture(params=["complete", "doubted"], autouse=True)
def totals(request: pytest.FixtureRequest, owner: psycopg.Connection) -> None:
    """All of this holds whether the totals are read or not."""
    if request.param == "doubted":
        owner.execute("select genjobs.doubt_totals()")


def budget(
    connection: psycopg.Connection,
    person: Person,
    cents: int,
    project: str | None = None,
    zone: str = "UTC",
    hard: bool = True,
) -> None:
    connection.execute(
        "insert into public.budgets (user_id, project_id, monthly_cents, time_zone, is_hard)"
        " values (%s, %s, %s, %s, %s)",
        [person.id, project, cents, zone, hard],
    )


def budgets(connection: psycopg.Connection, person: Person, at: str = "now") -> list[dict[str, Any]]:
    with acting(connection, "authenticated", person.id):
        row = connection.execute("select public.get_budgets(%s::timestamptz)", [at]).fetchone()
    assert row
    return list(row[0])


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
@pytest.mark.parametrize("of_project", [True, False])
def test_an_insert_up_to_the_limit_passes_and_one_cent_more_does_not(
    owner: psycopg.Connection, cast: Cast, role: str, of_project: bool
) -> None:
    ana = cast.ana
    budget(owner, ana, 500, ana.project if of_project else None)
    with acting(owner, role, ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 100])
    with refusal("PT402"), acting(owner, role, ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 1])
    assert owner.execute("select from public.generation_jobs where user_id = %s", [ana.id]).rowcount == 5


def test_without_the_rule_the_limit_is_passed(owner: psycopg.Connection, cast: Cast) -> None:
    budget(owner, cast.ana, 400)
    without(owner, "genjobs.judge_spending", "perform genjobs.refuse_beyond_budget", "perform")
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute(INSERT, [cast.ana.id, cast.ana.project, 1])


def test_a_soft_budget_and_other_peoples_and_projects_bind_nobody(
    owner: psycopg.Connection, cast: Cast
) -> None:
    ana, bob = cast.ana, cast.bob
    budget(owner, ana, 1, hard=False)
    budget(owner, ana, 1, add_project(owner, ana.id))
    budget(owner, bob, 1)
    with acting(owner, "authenticated", ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 1000])


@pytest.mark.parametrize(
    ("of_project", "costs"), [(False, [0, 20, 30, 20, 30]), (True, [1000, 50, 1000, 50, 1000])]
)
def test_many_rows_of_one_statement_are_judged_together(
    owner: psycopg.Connection, cast: Cast, of_project: bool, costs: list[int]
) -> None:
    """Turn by turn of another project and of the first, in which 100 cents are left."""
    ana = cast.ana
    other = add_project(owner, ana.id)
    budget(owner, ana, 500, ana.project if of_project else None)
    many = (
        "insert into public.generation_jobs (user_id, project_id, mode, cost_cents)"
        " select %s, case when n %% 2 = 0 then %s else %s end::uuid, 'lifestyle', cost"
        " from unnest(%s::int[]) with ordinality as given (cost, n)"
    )
    with refusal("PT402"), acting(owner, "authenticated", ana.id):
        owner.execute(many, [ana.id, ana.project, other, [*costs[:3], costs[3] + 1, costs[4]]])
    with acting(owner, "authenticated", ana.id):
        owner.execute(many, [ana.id, ana.project, other, costs])


def test_only_what_the_tables_owner_loads_is_not_judged(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    budget(owner, ana, 400)
    owner.execute("set local genjobs.recording = 'later'")
    with refusal("PT402"), acting(owner, "authenticated", ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 1])
    owner.execute(INSERT, [ana.id, ana.project, 1])


def test_an_id_that_was_used_before_is_no_way_round(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    budget(owner, ana, 400)
    again = INSERT.replace("(user_id", "(id, user_id").replace("(%s", "(%s, %s")
    with acting(owner, "authenticated", ana.id):
        owner.execute("delete from public.generation_jobs where id = %s", [ana.jobs["queued"]])
    with refusal("PT402"), acting(owner, "authenticated", ana.id):
        owner.execute(again, [ana.jobs["queued"], ana.id, ana.project, 1])


def test_a_restored_job_spends_nothing_anew(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    restore = (
        "insert into public.generation_jobs"
        " select (jsonb_populate_record(null::public.generation_jobs, %s)).*"
    )
    budget(owner, ana, 300)
    row = owner.execute(
        "delete from public.generation_jobs as job where id = %s returning to_jsonb(job)",
        [ana.jobs["queued"]],
    ).fetchone()
    assert row
    owner.execute("set local genjobs.restoring = 'on'")
    owner.execute(restore, [json.dumps(row[0])])
    assert budgets(owner, ana)[0]["spent_cents"] == 400


def test_deleting_does_not_make_room(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    budget(owner, ana, 400)
    with acting(owner, "authenticated", ana.id):
        owner.execute("delete from public.generation_jobs where user_id = %s", [ana.id])
    with refusal("PT402"), acting(owner, "authenticated", ana.id):
        owner.execute(INSERT, [ana.id, ana.project, 1])


def test_a_cost_that_is_learned_later_is_recorded_beyond_the_limit(
    owner: psycopg.Connection, cast: Cast
) -> None:
    ana = cast.ana
    budget(owner, ana, 400)
    with acting(owner, "authenticated", ana.id):
        owner.execute(
            "update public.generation_jobs set cost_cents = 900 where id = %s", [ana.jobs["running"]]
        )
    assert budgets(owner, ana)[0]["spent_cents"] == 1200


def test_months_are_those_of_the_budgets_zone(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    budget(owner, ana, 100, zone="Asia/Kolkata")
    owner.execute(AT, [ana.id, ana.project, 100, "2026-03-31 18:29:59Z"])
    owner.execute(AT, [ana.id, ana.project, 100, "2026-03-31 18:30Z"])
    for moment in ("2026-03-31 18:29:59Z", "2026-04-30 18:29:59Z"):
        with refusal("PT402"), owner.transaction():
            owner.execute(AT, [ana.id, ana.project, 1, moment])
    owner.execute(AT, [ana.id, ana.project, 100, "2026-04-30 18:30Z"])
    found = budgets(owner, ana, "2026-03-31 18:30Z")[0]
    assert (found["month"], found["spent_cents"], found["open_cents"]) == ("2026-04-01", 100, 100)


def test_a_months_first_hour_that_comes_twice_is_judged_and_counted_as_one(
    owner: psycopg.Connection, cast: Cast
) -> None:
    """Havana's clocks went back from 1:00 to 0:00 on 1 November 2020; its month began the first time."""
    ana = cast.ana
    budget(owner, ana, 100, zone="America/Havana")
    owner.execute(AT, [ana.id, ana.project, 100, "2020-11-01 03:59:59Z"])
    owner.execute(AT, [ana.id, ana.project, 60, "2020-11-01 04:30Z"])
    owner.execute(AT, [ana.id, ana.project, 40, "2020-11-01 05:30Z"])
    for moment in ("2020-11-01 03:30Z", "2020-11-01 04:00Z", "2020-11-01 05:00Z", "2020-11-30 12:00Z"):
        with refusal("PT402"), owner.transaction():
            owner.execute(AT, [ana.id, ana.project, 1, moment])
    found = budgets(owner, ana, "2020-11-01 04:10Z")[0]
    assert (found["month"], found["spent_cents"]) == ("2020-11-01", 100)


def test_budgets_tell_what_is_spent_the_persons_own_first(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    budget(owner, ana, 900, ana.project)
    budget(owner, ana, 1000, zone="America/New_York", hard=False)
    told = [
        (one["project"], one["monthly_cents"], one["spent_cents"], one["open_cents"], one["is_hard"])
        for one in budgets(owner, ana)
    ]
    assert told == [(None, 1000, 400, 200, False), ("Spring catalogue", 900, 400, 200, True)]
    assert budgets(owner, cast.bob) == []


def test_a_project_that_changed_hands_is_named_no_more(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    budget(owner, ana, 900, ana.project)
    owner.execute("update public.projects set user_id = %s where id = %s", [cast.bob.id, ana.project])
    assert budgets(owner, ana)[0]["project"] is None


def test_budgets_are_their_owners(owner: psycopg.Connection, cast: Cast) -> None:
    ana, bob = cast.ana, cast.bob
    budget(owner, ana, 900)
    with acting(owner, "authenticated", bob.id):
        assert owner.execute("select from public.budgets").rowcount == 0
        assert owner.execute("update public.budgets set monthly_cents = 1 where true").rowcount == 0
        assert owner.execute("delete from public.budgets where true").rowcount == 0
    with refusal("42501"), acting(owner, "authenticated", bob.id):
        budget(owner, ana, 1, ana.project)
    for project in (ana.project, bob.project, new_id()):
        with refusal("42501"), acting(owner, "authenticated", bob.id):
            budget(owner, ana, 1, project)
    for project in (ana.project, new_id()):
        with refusal("23503"), acting(owner, "authenticated", bob.id):
            budget(owner, bob, 1, project)
    for question in ("select public.get_budgets()", "select from public.budgets"):
        with refusal("42501"), acting(owner, "anon"):
            owner.execute(question.encode())
    assert owner.execute("select monthly_cents from public.budgets").fetchall() == [(900,)]


def test_a_budget_makes_sense(owner: psycopg.Connection, cast: Cast) -> None:
    ana = cast.ana
    for cents, zone, code in ((0, "UTC", "23514"), (-1, "UTC", "23514"), (1, "Mars/Olympus", "22023")):
        with refusal(code), acting(owner, "authenticated", ana.id):
            budget(owner, ana, cents, zone=zone)
    budget(owner, ana, 1)
    with refusal("23505"), acting(owner, "authenticated", ana.id):
        budget(owner, ana, 2)
