"""A series lists as many keys as can be read, and adds up the others: anyone can make thousands of modes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.sql.histories import ask
from tests.sql.people import add_project, add_user, new_id

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MODES = 130
HOURS = 5_000


@pytest.fixture
def many(owner: psycopg.Connection) -> str:
    """Someone with a job of every mode on each of two days; `mode 1` costs 1 cent, `mode 2` 2, and so on."""
    user = new_id()
    add_user(owner, user)
    owner.execute(
        """
        insert into public.generation_jobs (user_id, project_id, mode, cost_cents, created_at)
        select %s, %s, 'mode ' || n, n, %s::timestamptz + day * interval '1 day'
        from generate_series(1, %s) as n, generate_series(0, 1) as day
        """,
        [user, add_project(owner, user), NOON, MODES],
    )
    return user


def test_past_a_hundred_the_others_are_one_row_of_each_bucket(owner: psycopg.Connection, many: str) -> None:
    start, end = NOON - timedelta(hours=12), NOON + timedelta(hours=36)
    answer = ask(owner, many, "get_cost_series", start, end, "day", "UTC", "mode")
    assert [one["key"] for one in answer["keys"]] == [f"mode {n}" for n in range(MODES, MODES - 100, -1)]
    assert answer["others"] == 30
    first = [key for place, key, _ in answer["rows"] if place == 0]
    assert first == [*(one["key"] for one in answer["keys"]), None]
    jobs, cents = answer["amounts"].index("jobs"), answer["amounts"].index("cents")
    others = [(place, row[jobs], row[cents]) for place, key, row in answer["rows"] if key is None]
    assert others == [(day, 30, sum(range(1, 31))) for day in range(2)]
    assert sum(row[cents] for _, _, row in answer["rows"]) == 2 * sum(range(1, MODES + 1))
    [unsplit] = ask(owner, many, "get_cost_series", start, end, "month", "UTC", "none")["rows"]
    assert [sum(column) for column in zip(*(row for *_, row in answer["rows"]), strict=True)] == unsplit[2]


def test_of_many_buckets_fewer_keys_are_listed(owner: psycopg.Connection, many: str) -> None:
    """The answer has a row for each of both, so it is no larger than with 1,000 buckets and 100 keys."""
    start = NOON - timedelta(hours=12)
    answer = ask(owner, many, "get_cost_series", start, start + timedelta(hours=HOURS), "hour", "UTC", "mode")
    assert (len(answer["keys"]), answer["others"]) == (20, MODES - 20)
    assert len(answer["rows"]) == HOURS * 21
    assert len(json.dumps(answer)) < 10_000_000


def test_up_to_a_hundred_each_is_listed(owner: psycopg.Connection, many: str) -> None:
    some = [f"mode {n}" for n in range(1, 101)]
    start, end = NOON - timedelta(hours=12), NOON + timedelta(hours=36)
    answer = ask(owner, many, "get_cost_series", start, end, "day", "UTC", "mode", None, some)
    assert (len(answer["keys"]), answer["others"]) == (100, 0)
    assert None not in {key for _, key, _ in answer["rows"]}
