"""The demo people can sign in at once, and have something to look at."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from postgrest import CountMethod
from supabase import create_client

from genjobs.domain.progress import DemoProgress
from genjobs.local import stack
from genjobs.local.stack import StackInfo
from tests.data.people import owner
from tests.local.waiting import until
from tests.stacks import SMALL, running_stack

WITH_DEMO = dataclasses.replace(SMALL, demo=True)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackInfo]:
    with running_stack(tmp_path_factory.mktemp("demo") / "home", WITH_DEMO) as running:
        yield running


def jobs(info: StackInfo, email: str, password: str) -> int:
    """How many jobs that person sees."""
    client = create_client(info.url, info.publishable_key)
    client.auth.sign_in_with_password({"email": email, "password": password})
    return client.table("generation_jobs").select("id", count=CountMethod.exact).limit(1).execute().count or 0


def test_each_signs_in_and_all_but_the_newcomer_have_jobs(demo: StackInfo) -> None:
    assert len(demo.demo_people) == 4
    counted = {person.role: jobs(demo, person.email, person.password) for person in demo.demo_people}
    assert counted.pop("newcomer") == 0
    assert min(counted.values()) > 100


def test_readings_need_not_wait_for_autovacuum(demo: StackInfo) -> None:
    with owner(demo) as connection:
        vacuumed = connection.execute(
            "select relname from pg_stat_user_tables where vacuum_count > 0 and analyze_count > 0"
        )
        assert {"generation_jobs", "generation_job_events", "cost_totals"} <= {name for (name,) in vacuumed}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[StackInfo]:
    """A stack that did not wait for its demo data."""
    home = tmp_path / "home"
    yield stack.ensure(home=home, options=WITH_DEMO, demo_later=True)
    stack.stop(home)


def test_they_sign_in_while_their_jobs_are_made_and_programs_wait_for_all_of_them(fresh: StackInfo) -> None:
    home, ben = fresh.outbox.parent, fresh.demo_people[1]
    assert stack.demo_progress(home)
    seen = jobs(fresh, ben.email, ben.password)
    told: list[str] = []
    assert stack.ensure(told.append, home=home) == fresh
    assert stack.demo_progress(home) is None
    made = jobs(fresh, ben.email, ben.password)
    assert made > 1000
    assert seen <= made
    assert re.fullmatch(r"Demo data: \d+%, [\d,]+ jobs so far", told[-1])
    with psycopg.connect(fresh.database_url) as connection:
        assert connection.execute("select complete from genjobs.fold_state").fetchone() == (True,)


def test_a_first_load_that_failed_is_told_and_tried_again_at_the_next_start(fresh: StackInfo) -> None:
    home = fresh.outbox.parent
    with psycopg.connect(fresh.database_url, autocommit=True) as connection:
        end = "select pg_terminate_backend(pid) from pg_stat_activity where query ~ 'demo_|generation_jobs'"
        until(lambda: connection.execute(f"{end} and pid <> pg_backend_pid()").rowcount > 0, "its load runs")
    until(lambda: bool((stack.demo_progress(home) or DemoProgress(0, 0)).error), "it has failed")
    told: list[str] = []
    assert stack.ensure(told.append, home=home) == fresh, "it can be used without the data"
    assert told[-1].startswith("Not all of the demo data was loaded: ")
    stack.stop(home)
    again = stack.ensure(home=home, options=WITH_DEMO)
    assert jobs(again, again.demo_people[1].email, again.demo_people[1].password) > 1000


def test_the_rest_of_a_first_load_does_not_hold_up_the_next_start(fresh: StackInfo) -> None:
    home, told = fresh.outbox.parent, list[str]()
    stack.ensure(home=home)
    with psycopg.connect(fresh.database_url) as connection:
        connection.execute("update demo.clock set begins = first_day + interval '40 days'")
    stack.stop(home)
    again = stack.ensure(told.append, home=home, options=WITH_DEMO)
    assert not any("demo data up to date" in step for step in told), "it is loaded beside the start"
    with psycopg.connect(again.database_url) as connection:
        assert connection.execute("select begins < first_day from demo.clock").fetchone() == (True,)


def test_the_password_is_this_homes_own(demo: StackInfo, tmp_path: Path) -> None:
    [password] = {person.password for person in demo.demo_people}
    assert len(password) >= 12
    assert password in (demo.outbox.parent / "secrets.json").read_text()


def test_joining_tops_the_data_up(demo: StackInfo) -> None:
    with psycopg.connect(demo.database_url, autocommit=True) as connection:
        connection.execute("update demo.clock set reaches = reaches - interval '1 minute'")
        [[before]] = connection.execute("select reaches from demo.clock").fetchall()
        stack.ensure(home=demo.outbox.parent)
        [[after]] = connection.execute("select reaches from demo.clock").fetchall()
    assert after > before


def test_they_are_the_same_after_a_restart(demo: StackInfo) -> None:
    home = demo.outbox.parent
    before = {person.email: jobs(demo, person.email, person.password) for person in demo.demo_people}
    stack.stop(home)
    again = stack.ensure(home=home, options=WITH_DEMO)
    after = {person.email: jobs(again, person.email, person.password) for person in again.demo_people}
    assert after.keys() == before.keys()
    assert all(after[email] >= before[email] for email in before)
