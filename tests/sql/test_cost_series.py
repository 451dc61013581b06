"""Random histories around the clock changes of a dozen zones: the totals say what a plain recount says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.clusters import MIGRATED, Cluster
from tests.sql.histories import (
    COSTS,
    MODES,
    Known,
    act,
    around,
    differences,
    insert_job,
    recount,
    series,
    utc,
)
from tests.sql.people import add_project, add_user, new_id

CLOCK_CHANGES = [
    ("UTC", utc(2026, 3, 1)),
    ("America/New_York", utc(2026, 11, 1, 6)),
    ("America/New_York", utc(2026, 3, 8, 7)),
    ("Asia/Kolkata", utc(2026, 3, 31, 18, 30)),
    ("Asia/Kathmandu", utc(1985, 12, 31, 18, 30)),
    ("Australia/Lord_Howe", utc(2026, 4, 4, 15)),
    ("Australia/Lord_Howe", utc(2026, 10, 3, 15, 30)),
    ("America/St_Johns", utc(2026, 11, 1, 4, 30)),
    ("America/Havana", utc(2025, 11, 2, 5)),
    ("America/Havana", utc(2025, 3, 9, 5)),
    ("Asia/Beirut", utc(2025, 3, 29, 22)),
    ("Pacific/Apia", utc(2011, 12, 30, 10)),
    ("Africa/Casablanca", utc(2026, 2, 15, 2)),
    ("Europe/Berlin", utc(2026, 10, 25, 1)),
    ("Pacific/Chatham", utc(2026, 9, 26, 14)),
    ("America/Caracas", utc(2016, 5, 1, 7)),
    ("Asia/Pyongyang", utc(2018, 5, 4, 15)),
    ("Africa/Monrovia", utc(1972, 1, 7, 0, 44, 30)),
]


@pytest.fixture(scope="module")
def kept(server: Cluster) -> Iterator[psycopg.Connection]:
    """A database in which what happens is committed at once: only that can be folded."""
    with server.copy_of(MIGRATED) as made, made.connect() as connection:
        yield connection


def folded(connection: psycopg.Connection) -> bool:
    return connection.execute("select from genjobs.cost_totals limit 1").rowcount > 0


def live(owner: psycopg.Connection, chance: random.Random, change: datetime) -> tuple[str, list[Known]]:
    """A person's jobs after some hundred random actions, with folds at random moments."""
    user = new_id()
    add_user(owner, user)
    projects = [add_project(owner, user) for _ in range(3)]
    jobs: list[Known] = []
    for _ in range(220):
        present = [job for job in jobs if not job.deleted]
        if not present or chance.random() < 0.45:
            job = Known(
                new_id(), chance.choice(projects), chance.choice(MODES), "queued", chance.choice(COSTS),
                around(chance, change),
            )  # fmt: skip
            insert_job(owner, user, job)
            jobs.append(job)
        else:
            jobs += act(owner, chance, chance.choice(present), projects)
        if chance.random() < 0.03:
            owner.execute("select genjobs.fold(%s, 0, %s)", [chance.randint(1, 60), chance.random() < 0.5])
    return user, jobs


@pytest.mark.parametrize(("zone", "change"), CLOCK_CHANGES, ids=[f"{z} {c:%Y-%m}" for z, c in CLOCK_CHANGES])
def test_any_bucket_in_any_zone_is_the_recount(kept: psycopg.Connection, zone: str, change: datetime) -> None:
    chance = random.Random(f"{zone} {change}")
    user, jobs = live(kept, chance, change)
    for bucket in ("hour", "day", "week", "month"):
        for split in ("none", "mode", "status", "project"):
            start = around(chance, change) - timedelta(days=2)
            end = start + timedelta(seconds=chance.randint(1, 6 * 86_400))
            expected = recount(jobs, start, end, ZoneInfo(zone), bucket, split)
            assert series(kept, user, start, end, zone, bucket, split) == expected, (
                bucket,
                split,
                start,
                end,
            )
    assert folded(kept)
    assert differences(kept) == []
