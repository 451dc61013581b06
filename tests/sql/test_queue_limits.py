"""How many jobs workers run at once, of a mode and for a person, and how many attempts a mode's jobs have."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.clusters import Database
from tests.sql.functions import without
from tests.sql.people import Cast, Person, acting, introduce, refusal
from tests.sql.test_attempts import claim_due, fail
from tests.sql.test_job_queue import insert
from tests.sql.workers import claim, finish


def limit_mode(
    connection: psycopg.Connection, mode: str, running: int | None = None, attempts: int | None = None
) -> None:
    with acting(connection, "service_role"):
        connection.execute("select public.limit_generation_mode(%s, %s, %s)", [mode, running, attempts])


def limit_person(connection: psycopg.Connection, of: Person | None, running: int | None) -> None:
    with acting(connection, "service_role"):
        connection.execute("select public.limit_generation_person(%s, %s)", [of and of.id, running])


@pytest.fixture
def many(owner: psycopg.Connection, cast: Cast) -> Cast:
    """Ana has six jobs of two modes, Bob four of one; nothing else waits."""
    owner.execute("delete from public.generation_jobs where status = 'queued'")
    for mode in ("lifestyle", "packaging") * 3:
        insert(owner, cast.ana, mode)
    for _ in range(4):
        insert(owner, cast.bob)
    return cast


def test_no_more_of_a_mode_run_than_its_limit(owner: psycopg.Connection, many: Cast) -> None:
    limit_mode(owner, "lifestyle", running=2)
    first = claim(owner, 10)
    assert Counter(job["mode"] for job in first) == {"lifestyle": 2, "packaging": 3}
    assert claim(owner, 10) == []
    finish(owner, [next(job for job in first if job["mode"] == "lifestyle")])
    assert [job["mode"] for job in claim(owner, 10)] == ["lifestyle"]
    assert claim(owner, 10, modes=["lifestyle"]) == []
    limit_mode(owner, "lifestyle")
    assert len(claim(owner, 10)) == 4


def test_no_more_of_a_person_run_than_their_limit(owner: psycopg.Connection, many: Cast) -> None:
    limit_person(owner, many.ana, 1)
    first = claim(owner, 10)
    assert Counter(str(job["user_id"]) for job in first) == {many.ana.id: 1, many.bob.id: 4}
    assert claim(owner, 10) == []
    finish(owner, [job for job in first if str(job["user_id"]) == many.ana.id])
    assert [str(job["user_id"]) for job in claim(owner, 10)] == [many.ana.id]


def test_everyones_limit_is_theirs_who_have_none(owner: psycopg.Connection, many: Cast) -> None:
    limit_person(owner, None, 1)
    limit_person(owner, many.bob, 3)
    assert Counter(str(job["user_id"]) for job in claim(owner, 10)) == {many.ana.id: 1, many.bob.id: 3}
    limit_person(owner, many.bob, None)
    limit_person(owner, None, None)
    assert len(claim(owner, 10)) == 6


@pytest.mark.parametrize("rule", [True, False])
def test_who_is_at_their_limit_holds_nobody_back(owner: psycopg.Connection, many: Cast, rule: bool) -> None:
    """Also where all the jobs at the head are theirs."""
    limit_person(owner, many.ana, 1)
    if not rule:
        without(owner, "genjobs.pick_within_limits", "genjobs.full_people()", "'{}'")
        without(owner, "genjobs.pick_within_limits", "1 .. 3", "1 .. 1")
    for _ in range(4):
        claim(owner, 1)
    assert (owner.execute("select from genjobs.job_leases").rowcount == 4) is rule


@pytest.mark.parametrize("rule", [True, False])
@pytest.mark.parametrize("by_person", [True, False])
def test_where_a_limit_is_being_counted_other_jobs_are_claimed(
    database: Database, rule: bool, by_person: bool
) -> None:
    with database.connect() as owner, database.connect() as worker:
        cast = introduce(owner)
        owner.execute("delete from public.generation_jobs")
        for who, mode in ((cast.ana, "lifestyle"), (cast.ana, "lifestyle"), (cast.bob, "packaging")):
            insert(owner, who, mode)
        if by_person:
            limit_person(owner, cast.ana, 2)
        else:
            limit_mode(owner, "lifestyle", running=2)
        owner.execute("update genjobs.job_queue set turn = 1000 where mode = 'packaging'")
        if not rule:
            without(owner, "genjobs.pick_within_limits", "1 .. 3", "1 .. 1")
        with owner.transaction():
            assert [job["mode"] for job in claim(owner, 1)] == ["lifestyle"]
            assert [job["mode"] for job in claim(worker, 1)] == ["packaging"] * rule


@pytest.mark.parametrize("waiting", [100, 101])
@pytest.mark.parametrize("modes", [None, ["packaging", "lifestyle"]])
def test_limits_hold_however_many_modes_wait(
    owner: psycopg.Connection, many: Cast, waiting: int, modes: list[str] | None
) -> None:
    """Of more than 100, the full ones are passed over in place of choosing among the others."""
    limit_mode(owner, "lifestyle", running=1)
    for number in range(waiting - 2):
        insert(owner, many.bob, f"mode {number}")
    [[choice]] = owner.execute("select genjobs.open_modes(null, array['lifestyle'])").fetchall()
    assert (None if choice is None else len(choice)) == (99 if waiting == 100 else None)
    claimed = Counter(job["mode"] for _ in range(3) for job in claim(owner, 50, modes))
    assert claimed["lifestyle"] == 1
    assert claimed.total() == (4 if modes else waiting + 2)


@pytest.mark.parametrize("rule", [True, False])
@pytest.mark.parametrize("by_person", [True, False])
def test_a_cancelled_job_keeps_its_place_until_its_worker_has_reported(
    owner: psycopg.Connection, many: Cast, by_person: bool, rule: bool
) -> None:
    """Its handler may still run: who cancels and tries again does not get more than the limit."""
    if not rule:
        without(owner, "genjobs.recently_lost", "15 seconds", "0 seconds")
    if by_person:
        limit_person(owner, many.ana, 1)
        limit_person(owner, many.bob, 1)
    else:
        limit_mode(owner, "lifestyle", running=1)
        limit_mode(owner, "packaging", running=1)
    held = claim(owner, 10)
    assert len(held) == 2
    with acting(owner, "service_role"):
        for job in held:
            owner.execute("select public.cancel_generation_job(%s)", [job["id"]])
    assert (claim(owner, 10) == []) is rule
    finish(owner, held, "failed", 0)
    assert bool(claim(owner, 10)) is rule


def test_jobs_that_were_started_by_hand_do_not_count(owner: psycopg.Connection, many: Cast) -> None:
    limit_mode(owner, "lifestyle", running=1)
    owner.execute(
        "update public.generation_jobs set status = 'running' where status = 'queued' and mode = 'lifestyle'"
    )
    insert(owner, many.ana)
    assert Counter(job["mode"] for job in claim(owner, 10)) == {"lifestyle": 1, "packaging": 3}


def test_claims_at_once_do_not_exceed_a_limit(database: Database) -> None:
    with database.connect() as setup:
        cast = introduce(setup)
        for _ in range(60):
            insert(setup, cast.ana)
        limit_mode(setup, "lifestyle", running=7)

    def work(_: int) -> int:
        with database.connect() as connection:
            return sum(len(claim(connection, 3)) for _ in range(10))

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) == 7


def test_a_mode_says_how_many_attempts_its_jobs_have(owner: psycopg.Connection, many: Cast) -> None:
    limit_mode(owner, "packaging", attempts=2)
    [job] = claim(owner, 1, modes=["packaging"])
    fail(owner, job)
    claim(owner, 10)
    [second] = claim_due(owner)
    assert second["attempt"] == 2
    fail(owner, second)
    assert claim_due(owner) == []


def test_limits_are_listed(owner: psycopg.Connection, many: Cast) -> None:
    limit_mode(owner, "x", 4, 2)
    limit_mode(owner, "x", 5)
    limit_person(owner, None, 9)
    with acting(owner, "service_role"):
        found = owner.execute(
            "select mode, user_id, max_running, max_attempts from public.get_generation_limits()"
        )
        assert found.fetchall() == [("x", None, 5, None), (None, None, 9, None)]


def test_a_limit_goes_with_its_person(owner: psycopg.Connection, many: Cast) -> None:
    limit_person(owner, many.ana, 1)
    owner.execute("delete from auth.users where id = %s", [many.ana.id])
    assert owner.execute("select count(*) from genjobs.person_limits").fetchone() == (0,)


@pytest.mark.parametrize("role", ["anon", "authenticated"])
@pytest.mark.parametrize(
    "call", ["limit_generation_mode('x', 1)", "limit_generation_person(null, 1)", "get_generation_limits()"]
)
def test_only_service_role_sets_limits(owner: psycopg.Connection, many: Cast, role: str, call: str) -> None:
    with refusal("42501"), acting(owner, role, many.ana.id):
        owner.execute(f"select public.{call}".encode())


def test_a_limit_that_makes_no_sense_is_refused(owner: psycopg.Connection, many: Cast) -> None:
    for values in [("", 1, None), ("x", 0, None), ("x", None, 0)]:
        with refusal("22023"):
            limit_mode(owner, *values)
    with refusal("22023"):
        limit_person(owner, None, 0)
