"""The isolation check on a stack whose schema these tests damage and repair."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from genjobs.data.transport.client import user_client, without_user
from genjobs.domain.errors import Forbidden, NotSignedIn, SchemaBehind
from genjobs.local.stack import StackInfo
from genjobs.settings.connection import Connection
from genjobs.setup import attempts as isolation
from genjobs.setup import reading
from genjobs.setup.isolation import READINGS, TABLES, Attempt
from tests.data.people import Person, newcomer, owner
from tests.data.test_jobs import picture
from tests.stacks import running_stack

PATIENCE_SECONDS = 20.0


@pytest.fixture(scope="module")
def fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    with running_stack(tmp_path_factory.mktemp("fragile")) as info:
        yield info


@pytest.fixture(scope="module")
def eve(fragile: StackInfo) -> Person:
    """Someone with a project, an asset, a job with its history, and a budget."""
    return settled(newcomer(fragile))


@pytest.fixture(scope="module")
def victim(fragile: StackInfo) -> Person:
    return settled(newcomer(fragile))


def settled(person: Person) -> Person:
    project = person.project()
    picture(person, project)
    person.job(project)
    person.client.table("budgets").insert({"user_id": person.user_id, "monthly_cents": 1000}).execute()
    return person


@contextmanager
def damaged(info: StackInfo, damage: str, mending: str) -> Iterator[None]:
    with owner(info) as connection:
        connection.execute(damage)
        try:
            yield
        finally:
            connection.execute(mending)


def until(condition: Callable[[], bool]) -> None:
    """Wait for the API to notice a changed schema, which it does in its own time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def reached(attempts: list[Attempt]) -> set[str]:
    return {attempt.road for attempt in attempts if not attempt.refused}


def test_nothing_of_others_is_reached_on_any_road_and_each_attempt_had_something_to_reach(
    eve: Person, victim: Person
) -> None:
    attempts = reading.prove_isolation(eve.client, eve.user_id, [victim.user_id])
    assert [attempt for attempt in attempts if not attempt.proves] == []
    assert {attempt.road for attempt in attempts} >= {
        "table select",
        "table count header",
        "view select",
        "view count header",
        "embedded resource",
        "function get_job_statistics",
        "key alone, select",
        "key alone, count header",
        "key alone, function",
        "update",
        "delete",
        "insert",
    }


def test_the_attempts_leave_everything_as_it_was(fragile: StackInfo, eve: Person, victim: Person) -> None:
    def everything() -> list[object]:
        with owner(fragile) as connection:
            return [
                connection.execute(f"select t.* from public.{t} as t order by id").fetchall() for t in TABLES
            ]

    before = everything()
    reading.prove_isolation(eve.client, eve.user_id, [victim.user_id])
    assert everything() == before


@pytest.mark.parametrize(
    ("damage", "mending", "roads"),
    [
        (
            "alter table public.generation_jobs disable row level security",
            "alter table public.generation_jobs enable row level security",
            {
                "table select",
                "table count header",
                "view select",
                "view count header",
                "select",
                "update",
                "delete",
            },
        ),
        (
            "create policy open on public.projects for select to authenticated using (true)",
            "drop policy open on public.projects",
            {"table select", "table count header", "select"},
        ),
        (
            "alter view public.generation_job_summary set (security_invoker = false)",
            "alter view public.generation_job_summary set (security_invoker = true)",
            {"view select", "view count header", "select"},
        ),
        (
            "grant select on public.assets to anon; alter table public.assets disable row level security",
            "revoke select on public.assets from anon; alter table public.assets enable row level security",
            {"table select", "key alone, select", "key alone, count header", "update", "delete"},
        ),
        (
            "alter function public.get_job_statistics(uuid) rename to kept;"
            "create function public.get_job_statistics(p_user_id uuid default null)"
            " returns table (status text, count bigint, total_cost_cents bigint, avg_cost_cents numeric)"
            " language sql stable security definer as"
            " 'select status, count(*), sum(cost_cents), avg(cost_cents) from public.generation_jobs"
            "   where user_id = p_user_id group by status';"
            "grant execute on function public.get_job_statistics(uuid) to authenticated",
            "drop function public.get_job_statistics(uuid);"
            "alter function public.kept(uuid) rename to get_job_statistics",
            {"function get_job_statistics", "function"},
        ),
    ],
    ids=["jobs without row security", "open policy", "view of its owner", "table for anon", "definer"],
)
def test_a_wall_that_is_taken_away_is_noticed_on_its_roads(
    fragile: StackInfo, eve: Person, victim: Person, damage: str, mending: str, roads: set[str]
) -> None:
    with damaged(fragile, damage, mending):
        until(lambda: roads <= reached(reading.prove_isolation(eve.client, eve.user_id, [victim.user_id])))
    until(lambda: not reached(reading.prove_isolation(eve.client, eve.user_id, [victim.user_id])))


def test_a_made_up_id_is_not_sold_as_proof(eve: Person, victim: Person) -> None:
    attempts = reading.prove_isolation(eve.client, eve.user_id)
    (made_up,) = [attempt for attempt in attempts if attempt.road == "function get_job_statistics"]
    assert made_up.refused
    assert not made_up.proves


def test_where_others_have_nothing_nothing_is_proved(stack: StackInfo, ana: Person, bob: Person) -> None:
    """But for histories: those of deleted jobs stay."""
    with owner(stack) as connection:
        connection.execute("delete from public.projects")
        connection.execute("delete from public.budgets")
    attempts = reading.prove_isolation(ana.client, ana.user_id)
    over_http = [
        attempt for attempt in attempts if attempt.road not in ("insert", "update", "delete", "function")
    ]
    proving = [attempt.attempt for attempt in over_http if attempt.proves]
    assert [name for name in proving if "generation_job_events" not in name and "history" not in name] == []
    assert [attempt for attempt in over_http if not attempt.refused] == []


def test_the_readings_are_named_as_the_database_names_them(eve: Person) -> None:
    names = {attempt.attempt for attempt in reading.prove_isolation(eve.client, eve.user_id)}
    assert set(READINGS.values()) <= names


def test_nobody_can_ask_for_the_proof_or_the_setup_without_a_user(eve: Person) -> None:
    for call in (reading.read_setup, lambda client: reading.prove_isolation(client, eve.user_id)):
        with pytest.raises(Forbidden):
            call(without_user(eve.client))


def test_a_session_that_ended_is_no_proof_of_isolation(eve: Person) -> None:
    ended = user_client(Connection(str(eve.client.supabase_url), eve.client.supabase_key), "not.a.token")
    with pytest.raises(NotSignedIn):
        reading.prove_isolation(ended, eve.user_id)
    with pytest.raises(NotSignedIn):
        isolation.attempts(ended, eve.user_id, others=[], at_stake=TABLES)


def test_the_checks_pass_over_the_api(eve: Person) -> None:
    facts = reading.read_setup(eve.client)
    assert [check.name for check in reading.checks(facts) if not check.ok] == []


def test_a_database_that_cannot_tell_its_setup_is_behind(fragile: StackInfo, eve: Person) -> None:
    def is_behind() -> bool:
        try:
            reading.read_setup(eve.client)
        except SchemaBehind as error:
            return "migrations" in error.hint
        return False

    with damaged(
        fragile,
        "alter function public.get_console_setup() rename to gone",
        "alter function public.gone() rename to get_console_setup",
    ):
        until(is_behind)
    until(lambda: not is_behind())
