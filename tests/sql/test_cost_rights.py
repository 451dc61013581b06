"""Who sees whose totals: everybody their own, analysts everyone's, and nobody without signing in."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.sql.histories import ask, utc
from tests.sql.people import Cast, Person, acting, add_job, add_project, refusal

START, END = utc(2020, 1, 1), utc(2100, 1, 1)
RANGE = "p_from => '2020-01-01', p_to => '2100-01-01'"
FUNCTIONS = (
    "get_cost_series",
    "get_cost_totals",
    "get_cost_heatmap",
    "get_cost_percentiles",
    "get_top_costs",
    "get_cost_ranking",
    "get_cost_page",
    "get_cost_recount",
    "get_checked_cost_page",
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
        ("get_cost_ranking", "p_split => 'error'"),
        ("get_cost_ranking", "p_before_from => '2019-01-01'"),
        ("get_cost_ranking", "p_before_from => '2019-01-02', p_before_to => '2019-01-01'"),
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


def recount(
    connection: psycopg.Connection, user: str, start: Any, end: Any, **filters: Any
) -> tuple[Any, ...] | None:
    named = "".join(f", p_{name} => %s" for name in filters)
    statement = f"select * from public.get_cost_recount(%s, %s{named})".encode()
    with acting(connection, "authenticated", user):
        return connection.execute(statement, [start, end, *filters.values()]).fetchone()


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
    assert recount(owner, ana.id, moment, END) == (4, 214, 1, 7, False)
    assert recount(owner, ana.id, START, moment) == (0, 0, 0, 0, False)
    assert recount(owner, ana.id, START, END) == (*totals(owner, ana.id), False)


def totals(connection: psycopg.Connection, user: str, *filters: Any) -> tuple[int, ...]:
    """What a recount says, from the totals; `filters` are projects, modes and statuses, in this order."""
    answer = ask(connection, user, "get_cost_totals", START, END, "UTC", *filters)
    said = dict(zip(answer["amounts"], answer["current"], strict=True))
    return tuple(said[name] for name in ("jobs", "cents", "deleted_jobs", "deleted_cents"))


@pytest.fixture
def ana(owner: psycopg.Connection, cast: Cast) -> Person:
    """Ana, with a second project of three jobs in another mode, of which one is deleted; Bob has such too."""
    for person in (cast.ana, cast.bob):
        project = add_project(owner, person.id)
        made = [add_job(owner, person.id, project, "queued", cents) for cents in (1, 20, 300)]
        owner.execute(
            "update public.generation_jobs set mode = 'packaging' where id = any (%s::uuid[])", [made]
        )
        owner.execute("delete from public.generation_jobs where id = %s", [made[2]])
    return cast.ana


@pytest.mark.parametrize(
    ("projects", "modes", "statuses", "expected"),
    [
        ("both", None, None, (7, 721, 1, 300)),
        ("first", None, None, (4, 400, 0, 0)),
        ("bob's", None, None, (0, 0, 0, 0)),
        (None, ["packaging"], None, (3, 321, 1, 300)),
        (None, ["packaging", "lifestyle"], None, (7, 721, 1, 300)),
        (None, ["nothing"], None, (0, 0, 0, 0)),
        (None, None, ["queued"], (4, 421, 1, 300)),
        (None, None, ["failed", "running"], (2, 200, 0, 0)),
        ("first", ["lifestyle"], ["queued"], (1, 100, 0, 0)),
    ],
)
def test_a_recount_says_what_the_totals_say_by_each_filter(
    owner: psycopg.Connection,
    cast: Cast,
    ana: Person,
    projects: Any,
    modes: Any,
    statuses: Any,
    expected: Any,
) -> None:
    named = {None: None, "both": None, "first": [ana.project], "bob's": [cast.bob.project]}
    asked = {"project_ids": named[projects], "modes": modes, "statuses": statuses}
    assert recount(owner, ana.id, START, END, **asked) == (*expected, False)
    assert totals(owner, ana.id, *asked.values()) == expected


def test_a_recount_covers_nobody_else_whatever_ones_role(owner: psycopg.Connection, ana: Person) -> None:
    plain = "select count(*), sum(cost_cents) from public.generation_jobs where user_id = %s"
    jobs, cents = owner.execute(plain, [ana.id]).fetchone() or (0, 0)
    with acting(owner, "authenticated", ana.id):
        claims = {"sub": ana.id, "role": "authenticated", **ANALYST}
        owner.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims)])
        row = owner.execute("select * from public.get_cost_recount(%s, %s)", [START, END]).fetchone()
    assert row == (jobs + 1, cents + 300, 1, 300, False)


def test_a_recount_stops_where_jobs_are_too_many(owner: psycopg.Connection, ana: Person) -> None:
    for most, capped in ((2, True), (5, True), (6, False), (0, True), (-1, True)):
        row = recount(owner, ana.id, START, END, most=most)
        assert row is not None
        assert row[4] is capped
        assert capped or row[:4] == (7, 721, 1, 300)
    assert recount(owner, ana.id, START, END, most=5, modes=["packaging"])[4] is True  # type: ignore[index]
    owner.execute("delete from public.generation_jobs where user_id = %s", [ana.id])
    assert recount(owner, ana.id, START, END, most=6)[4] is True  # type: ignore[index]
    assert recount(owner, ana.id, START, END, most=7) == (7, 721, 7, 721, False)


def test_there_is_one_recount_to_be_called(owner: psycopg.Connection) -> None:
    named = "select from pg_catalog.pg_proc where proname = 'get_cost_recount'"
    assert owner.execute(named).rowcount == 1


def test_a_page_comes_with_its_recount_where_the_jobs_are_ones_own(
    owner: psycopg.Connection, cast: Cast
) -> None:
    ana = cast.ana
    asked = (START, END, "month", "UTC", "mode", None, None, None)
    checked = ask(owner, ana.id, "get_checked_cost_page", *asked)
    counted = (checked["recount"]["jobs"], checked["recount"]["cents"], checked["recount"]["capped"])
    assert counted == (*checked["page"]["totals"]["current"][:2], False) == (4, 400, False)
    for people, everyone in ((None, True), ([ana.id], False)):
        assert ask(owner, ana.id, "get_checked_cost_page", *asked, people, everyone)["recount"] is None


def test_totals_that_went_wrong_differ_from_the_recount(owner: psycopg.Connection, cast: Cast) -> None:
    owner.execute("alter table public.generation_jobs disable trigger record_deletion")
    owner.execute("delete from public.generation_jobs where id = %s", [cast.ana.jobs["failed"]])
    answer = ask(owner, cast.ana.id, "get_cost_totals", START, END, "UTC")
    assert answer["current"][0] == 4
    assert (recount(owner, cast.ana.id, START, END) or ())[0] == 3
