"""Hours where clocks change off the quarter of an hour: each job is in the hour that its clock showed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.clusters import MIGRATED, Cluster
from tests.sql.functions import without
from tests.sql.histories import COSTS, Known, ask, insert_job, local_label, recount, series, utc
from tests.sql.people import add_project, add_user, new_id
from tests.sql.readings import assert_heatmap_agrees

# St John's clocks changed at 00:01 from 1987 to 2011. Kiritimati's were 40 minutes off the hour until 1979,
# Monrovia's 44 minutes and 30 seconds until 1972.
CHANGES = [
    ("America/St_Johns", utc(2006, 10, 29, 2, 31)),
    ("America/St_Johns", utc(2006, 4, 2, 3, 31)),
    ("America/St_Johns", utc(1988, 10, 30, 1, 31)),
    ("Africa/Monrovia", utc(1972, 1, 7, 0, 44, 30)),
    ("Pacific/Kiritimati", utc(1979, 10, 1, 10, 40)),
]


@pytest.fixture(scope="module")
def kept(server: Cluster) -> Iterator[psycopg.Connection]:
    """A database in which what happens is committed at once: only that can be folded."""
    with server.copy_of(MIGRATED) as made, made.connect() as connection:
        yield connection


def live(connection: psycopg.Connection, change: datetime) -> tuple[str, list[Known]]:
    """A person's jobs in the hours around a change of the clocks, many of them within a minute of it."""
    chance, user = random.Random(str(change)), new_id()
    add_user(connection, user)
    project = add_project(connection, user)
    jobs = []
    for _ in range(120):
        seconds = chance.choice([60, 900, 10_000])
        moment = change + timedelta(seconds=chance.randint(-seconds, seconds))
        jobs.append(Known(new_id(), project, "lifestyle", "queued", chance.choice(COSTS), moment))
        insert_job(connection, user, jobs[-1])
    jobs.append(Known(new_id(), project, "lifestyle", "queued", 7, change))
    insert_job(connection, user, jobs[-1])
    return user, jobs


@pytest.mark.parametrize(("zone", "change"), CHANGES, ids=[f"{zone} {at:%Y-%m}" for zone, at in CHANGES])
def test_each_job_is_in_the_hour_that_its_clock_showed(
    kept: psycopg.Connection, zone: str, change: datetime
) -> None:
    user, jobs = live(kept, change)
    start, end = change - timedelta(hours=4, minutes=7), change + timedelta(hours=5)
    for _ in range(2):
        expected = recount(jobs, start, end, ZoneInfo(zone), "hour", "none")
        assert series(kept, user, start, end, zone, "hour", "none") == expected
        inside = [job for job in jobs if start <= job.created_at < end]
        assert_heatmap_agrees(kept, user, inside, start, end, zone)
        kept.execute("select genjobs.fold(1000, 1000)")


@pytest.mark.parametrize(("zone", "change"), CHANGES[:3])
def test_the_hours_meet_where_the_clocks_change(
    kept: psycopg.Connection, zone: str, change: datetime
) -> None:
    """No moment is in two of them or in none, and each but those at the change begins on a full hour."""
    buckets = ask(
        kept,
        new_id(),
        "get_cost_series",
        change - timedelta(hours=3),
        change + timedelta(hours=3),
        "hour",
        zone,
    )["buckets"]
    bounds = [(datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"])) for one in buckets]
    assert [end for _, end in bounds[:-1]] == [start for start, _ in bounds[1:]]
    assert change in [start for start, _ in bounds]
    for one, (start, _) in zip(buckets, bounds, strict=True):
        assert datetime.fromisoformat(one["label"]) == local_label(start, ZoneInfo(zone), "hour")


def test_without_the_second_of_the_change_jobs_are_in_a_wrong_hour(server: Cluster) -> None:
    zone, change = CHANGES[0]
    with server.copy_of(MIGRATED) as made, made.connect() as connection:
        user, jobs = live(connection, change)
        without(connection, "genjobs.cost_buckets", "where sample.ahead <> sample.next_ahead", "where false")
        start, end = change - timedelta(hours=4), change + timedelta(hours=5)
        expected = recount(jobs, start, end, ZoneInfo(zone), "hour", "none")
        assert series(connection, user, start, end, zone, "hour", "none") != expected
