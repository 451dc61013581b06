"""Who sees whose totals: everybody their own, analysts everyone's, and nobody without signing in."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from tests.sql.histories import ask, utc
from tests.sql.people import Cast, acting, refusal

START, END = utc(2020, 1, 1), utc(2100, 1, 1)
RANGE = "p_from => '2020-01-01', p_to => '2100-01-01'"
FUNCTIONS = (
    "get_cost_series",
    "get_cost_totals",
    "get_cost_heatmap",
    "get_cost_percentiles",
    "get_top_costs",
    "get_cost_page",
    "get_cost_recount",
)
ANALYST = {"app_metadata": {"console_role": "analyst"}}
ADMIN = {"app_metadata": {"console_role": "admin"}}


def by_person(
    connection: psycopg.Connection, user: str, everyone: bool, people: Any, **claims: Any
) -> dict[str, int]:
    """E-mail → jobs, as `get_top_costs` says to `user`."""
    answer = ask(
        connection,
        user,
        "get_top_costs",
        START,
        END,
        "person",
        10,
        None,
        None,
        None,
        people,
        everyone,
        **claims,
    )
    return {label: amounts[0] for _, label, amounts in answer["rows"]}


def test_whatever_one_asks_one_gets_ones_own(owner: psycopg.Connection, cast: Cast) -> None:
    own = {f"{cast.ana.id}@example.com": 4}
    for everyone in (False, True):
        for people in (None, [cast.bob.id], [cast.ana.id, cast.bob.id]):
            assert by_person(owner, cast.ana.id, everyone, people) == own
            forged = {"user_metadata": {"console_role": "analyst"}, "console_role": "analyst"}
            assert by_person(owner, cast.ana.id, everyone, people, **forged) == own


@pytest.mark.parametrize("claims", [ANALYST, ADMIN], ids=["analyst", "admin"])
def test_an_analyst_sees_everyone_by_person(owner: psycopg.Connection, cast: Cast, claims: Any) -> None:
    everyone = {f"{person.id}@example.com": 4 for person in (cast.ana, cast.bob)}
    assert by_person(owner, cast.ana.id, True, None, **claims) == everyone
    assert by_person(owner, cast.ana.id, False, None, **claims) == {f"{cast.ana.id}@example.com": 4}
    assert by_person(owner, cast.ana.id, False, [cast.bob.id], **claims) == {f"{cast.bob.id}@example.com": 4}
    with acting(owner, "authenticated", cast.ana.id):
        assert owner.execute("select from public.generation_jobs").rowcount == 4
        assert owner.execute("select from public.generation_job_events").rowcount == 4


def test_others_projects_cannot_be_asked_for(owner: psycopg.Connection, cast: Cast) -> None:
    answer = ask(owner, cast.ana.id, "get_top_costs", START, END, "project", 10, [cast.bob.project])
    assert answer["rows"] == []


def test_who_has_gone_is_in_nobodys_totals(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("delete from auth.users where id = %s", [cast.bob.id])
    assert by_person(owner, cast.ana.id, True, None, **ANALYST) == {f"{cast.ana.id}@example.com": 4}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_unsigned_are_refused(owner: psycopg.Connection, cast: Cast, function: str) -> None:
    with refusal("42501"), acting(owner, "anon"):
        owner.execute(f"select public.{function}({RANGE})".encode())
    with acting(owner, "authenticated", cast.ana.id):
        owner.execute(
            f"select public.{function}(p_from => now() - interval '2 days', p_to => now())".encode()
        )


@pytest.mark.parametrize(
    ("function", "argument"),
    [
        ("get_cost_series", "p_bucket => 'minute'"),
        ("get_cost_series", "p_time_zone => 'Mars/Olympus'"),
        ("get_cost_series", "p_time_zone => 'XYZ+3'"),
        ("get_cost_series", "p_time_zone => null"),
        ("get_cost_series", "p_split => 'error'"),
        ("get_cost_series", "p_bucket => 'hour'"),
        ("get_top_costs", "p_split => null"),
    ],
)
def test_what_cannot_be_asked_is_named(
    owner: psycopg.Connection, cast: Cast, function: str, argument: str
) -> None:
    with refusal("22023"), acting(owner, "authenticated", cast.ana.id):
        owner.execute(f"select public.{function}({RANGE}, {argument})".encode())


def test_an_empty_range_is_named(owner: psycopg.Connection, cast: Cast) -> None:
    for start, end in (("2020-01-02", "2020-01-02"), ("2020-01-02", "2020-01-01"), ("-infinity", "now")):
        with refusal("22023"), acting(owner, "authenticated", cast.ana.id):
            owner.execute("select public.get_cost_series(%s::timestamptz, %s::timestamptz)", [start, end])


def recount(connection: psycopg.Connection, user: str, start: Any, end: Any) -> tuple[Any, ...] | None:
    with acting(connection, "authenticated", user):
        return connection.execute("select * from public.get_cost_recount(%s, %s)", [start, end]).fetchone()


def test_a_recount_is_of_ones_own_jobs_with_the_deleted(owner: psycopg.Connection, cast: Cast) -> None:
    ana, moment = cast.ana, utc(2026, 3, 29, 1)
    owner.execute(
        "update public.generation_jobs set created_at = %s, cost_cents = 7 where id = any (%s::uuid[])",
        [moment, [ana.jobs["failed"], ana.jobs["queued"], cast.bob.jobs["queued"]]],
    )
    owner.execute("create temp table trash as select * from public.generation_jobs")
    owner.execute("delete from public.generation_jobs where status in ('failed', 'running')")
    owner.execute("set local genjobs.loading = 'on'")
    owner.execute("set local genjobs.restoring = 'on'")
    owner.execute("insert into public.generation_jobs select * from trash where status = 'running'")
    assert recount(owner, ana.id, moment, END) == (4, 214, 1, 7)
    assert recount(owner, ana.id, START, moment) == (0, 0, 0, 0)
    answer = ask(owner, ana.id, "get_cost_totals", START, END, "UTC")
    said = dict(zip(answer["amounts"], answer["current"], strict=True))
    assert recount(owner, ana.id, START, END) == tuple(
        said[name] for name in ("jobs", "cents", "deleted_jobs", "deleted_cents")
    )
