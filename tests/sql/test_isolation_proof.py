"""The isolation check that a user runs: it passes, it would show a breach, and it leaves nothing behind."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pytest
from psycopg.rows import class_row

from tests.sql.people import Cast, acting, add_user, new_id, refusal
from tests.sql.schema import bring_back, rows


@dataclass
class Attempt:
    attempt: str
    road: str
    affected: int
    refused: bool
    detail: str
    foreign_rows_exist: bool


@pytest.fixture(autouse=True)
def budgets(owner: psycopg.Connection, cast: Cast) -> None:
    """A budget for each, so that everybody has something of each kind."""
    for person in (cast.ana, cast.bob):
        owner.execute("insert into public.budgets (user_id, monthly_cents) values (%s, 1000)", [person.id])


def everything(connection: psycopg.Connection) -> list[str]:
    later = (
        "select event::text from public.generation_job_events as event"
        " union all select budget::text from public.budgets as budget"
    )
    return rows(connection) + sorted(line for (line,) in connection.execute(later))


def prove(connection: psycopg.Connection, user_id: str) -> dict[str, Attempt]:
    with (
        acting(connection, "authenticated", user_id),
        connection.cursor(row_factory=class_row(Attempt)) as cursor,
    ):
        found = cursor.execute("select * from public.prove_isolation()").fetchall()
    return {line.attempt: line for line in found}


def breaches(found: dict[str, Attempt]) -> set[str]:
    return {name for name, line in found.items() if not line.refused}


def test_every_attempt_is_refused_and_had_something_to_reach(owner: psycopg.Connection, cast: Cast) -> None:
    before = everything(owner)
    found = prove(owner, cast.ana.id)
    assert len(found) == 27
    assert breaches(found) == set()
    assert all(line.affected == 0 and line.foreign_rows_exist for line in found.values())
    assert {line.road for line in found.values()} == {"select", "insert", "update", "delete", "function"}
    assert everything(owner) == before


def test_no_line_tells_an_id(owner: psycopg.Connection, cast: Cast) -> None:
    told = " ".join(line.detail for line in prove(owner, cast.ana.id).values())
    for theirs in (cast.bob.id, cast.bob.project, cast.bob.asset, *cast.bob.jobs.values()):
        assert theirs not in told


def test_with_nobody_else_it_says_that_it_proves_nothing(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from auth.users where id <> %s", [cast.ana.id])
    found = prove(owner, cast.ana.id)
    assert not any(line.foreign_rows_exist for line in found.values())


@pytest.mark.parametrize("person", ["first", "last"])
def test_it_finds_others_before_and_after_the_caller(
    owner: psycopg.Connection, cast: Cast, person: str
) -> None:
    edge = (
        "00000000-0000-4000-8000-000000000000"
        if person == "first"
        else "ffffffff-ffff-4fff-bfff-ffffffffffff"
    )
    add_user(owner, edge)
    assert all(line.foreign_rows_exist for line in prove(owner, edge).values())


@pytest.mark.parametrize(
    ("table", "noun", "making"),
    [
        ("projects", "project", "a project"),
        ("assets", "asset", "an asset"),
        ("generation_jobs", "job", "a job"),
        ("budgets", "budget", "a budget"),
    ],
)
def test_a_breach_shows_and_is_taken_back(
    owner: psycopg.Connection, cast: Cast, table: str, noun: str, making: str
) -> None:
    owner.execute(f"alter table public.{table} disable row level security, disable trigger user".encode())
    before = everything(owner)
    found = prove(owner, cast.ana.id)
    assert breaches(found) >= {
        f"Read another person's {noun}",
        f"Change another person's {noun}",
        f"Delete another person's {noun}",
        f"Create {making} for another person",
    }
    assert found[f"Delete another person's {noun}"].affected == 1
    assert everything(owner) == before


def test_a_breach_of_the_history_shows(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.generation_job_events disable row level security")
    owner.execute("grant insert, update, delete on public.generation_job_events to authenticated")
    before = everything(owner)
    assert breaches(prove(owner, cast.ana.id)) == {
        "Read another person's history",
        "Change another person's history",
        "Delete another person's history",
        "Write into another person's history",
    }
    assert everything(owner) == before


def test_a_breach_of_the_view_shows(owner: psycopg.Connection, cast: Cast) -> None:
    bring_back(owner, "view")
    assert breaches(prove(owner, cast.ana.id)) == {"Read another person's summary"}


def test_a_breach_of_the_statistics_shows(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute(
        "create or replace function public.get_job_statistics(p_user_id uuid default null)"
        " returns table (status text, count bigint, total_cost_cents bigint, avg_cost_cents numeric)"
        " language sql security definer set search_path = '' as $$"
        " select status, count(*), sum(cost_cents), avg(cost_cents) from public.generation_jobs"
        " where user_id = p_user_id group by status $$"
    )
    assert breaches(prove(owner, cast.ana.id)) == {"Read another person's totals"}


def test_a_breach_of_ownership_shows(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.generation_jobs disable trigger user")
    assert breaches(prove(owner, cast.ana.id)) == {
        "Create a job in another person's project",
        "Create a job with another person's asset",
    }


def test_a_breach_of_the_movers_check_shows(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.generation_jobs disable row level security")
    owner.execute(
        "create or replace function public.transition_job_status("
        "p_job_id uuid, p_new_status text, p_error text default null) returns boolean"
        " language sql security invoker set search_path = '' as $$"
        " update public.generation_jobs set error = 'moved' where id = p_job_id returning true $$"
    )
    assert "Move another person's job" in breaches(prove(owner, cast.ana.id))


def test_an_unexpected_failure_is_no_refusal(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.projects rename column name to title")
    found = prove(owner, cast.ana.id)["Change another person's project"]
    assert (found.refused, found.detail[:5]) == (False, "42703")


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_it_speaks_for_a_signed_in_user_only(owner: psycopg.Connection, cast: Cast, role: str) -> None:
    with refusal("42501"), acting(owner, role):
        owner.execute("select * from public.prove_isolation()")


def test_a_stranger_to_the_database_may_ask_too(owner: psycopg.Connection, cast: Cast) -> None:
    assert breaches(prove(owner, new_id())) == set()
