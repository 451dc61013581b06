"""Random histories of jobs, and a plain recount of what totals must say, by the clocks that Python knows."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg

from tests.sql.people import acting

MODES = ("main_white", "lifestyle", "feature_callout", "packaging", "poster")
COSTS = (0, 1, 7, 31, 32, 33, 47, 250, 1999, 123_456)
NEXT = {"queued": ["running"], "running": ["succeeded", "failed"], "succeeded": [], "failed": []}


@dataclass
class Known:
    """A job as the test knows it; `excluded` from the success rate."""

    id: str
    project: str
    mode: str
    status: str
    cents: int
    created_at: datetime
    deleted: bool = False
    excluded: bool = False


GIVE_UP = "select genjobs.give_up(job, %s, 'dim') from public.generation_jobs as job where id = %s"
NEXT_ATTEMPT = "select retried_as::text from genjobs.job_attempts where job_id = %s"


def insert_job(connection: psycopg.Connection, user: str, known: Known) -> None:
    connection.execute(
        "insert into public.generation_jobs (id, user_id, project_id, mode, cost_cents, created_at)"
        " values (%s, %s, %s, %s, %s, %s)",
        [known.id, user, known.project, known.mode, known.cents, known.created_at],
    )


def act(
    connection: psycopg.Connection, chance: random.Random, job: Known, projects: list[str]
) -> list[Known]:
    """Something happens to `job`, in the database and in what the test knows; the jobs made by it."""
    deed = chance.choice(["move", "move", "move", "end", "end", "cost", "delete", "change", "touch"])
    where = "where id = %s"
    if deed == "end":
        return end_attempt(connection, chance, job)
    if deed == "move" and NEXT[job.status]:
        job.status = chance.choice(NEXT[job.status])
        if chance.random() < 0.3:
            job.cents = chance.choice(COSTS)
        statement = f"update public.generation_jobs set status = %s, cost_cents = %s {where}"
        connection.execute(statement.encode(), [job.status, job.cents, job.id])
    elif deed == "cost":
        job.cents = chance.choice(COSTS)
        connection.execute(
            f"update public.generation_jobs set cost_cents = %s {where}".encode(), [job.cents, job.id]
        )
    elif deed == "change":
        job.mode, job.project = chance.choice(MODES), chance.choice(projects)
        statement = f"update public.generation_jobs set mode = %s, project_id = %s {where}"
        connection.execute(statement.encode(), [job.mode, job.project, job.id])
    elif deed == "delete":
        job.deleted = True
        connection.execute(f"delete from public.generation_jobs {where}".encode(), [job.id])
    else:
        connection.execute(f"update public.generation_jobs set error = 'late' {where}".encode(), [job.id])
    return []


def end_attempt(connection: psycopg.Connection, chance: random.Random, job: Known) -> list[Known]:
    """The newest attempt of a chain is given up, cancelled or tried again; returns the one that follows."""
    if (
        job.status == "succeeded"
        or one(connection, "select genjobs.newest_attempt(%s)::text", job.id) != job.id
    ):
        return []
    if job.status == "failed":
        job.excluded = True
        return [next_attempt(connection, job, as_service(connection, "retry_generation_job", job.id))]
    if job.status == "running" and chance.random() < 0.7:
        job.status = "failed"
        connection.execute(GIVE_UP, [chance.choice(["failed", "lost", "handed_back"]), job.id])
        made = one(connection, NEXT_ATTEMPT, job.id)
        job.excluded = made is not None
        return [next_attempt(connection, job, made)] if made else []
    job.status, job.excluded = "failed", True
    assert as_service(connection, "cancel_generation_job", job.id) is True
    return []


def next_attempt(connection: psycopg.Connection, job: Known, made: str) -> Known:
    """The job `made`, as if it were created when the one before it was."""
    moment = "update public.generation_jobs set created_at = %s where id = %s"
    connection.execute(moment.encode(), [job.created_at, made])
    return Known(made, job.project, job.mode, "queued", 0, job.created_at)


def as_service(connection: psycopg.Connection, function: str, job: str) -> Any:
    """What a function of public answers to a worker about a job; ids as text."""
    with acting(connection, "service_role"):
        answer = one(connection, f"select public.{function}(%s)", job)
    return str(answer) if isinstance(answer, UUID) else answer


def one(connection: psycopg.Connection, question: str, *values: Any) -> Any:
    row = connection.execute(question.encode(), values).fetchone()
    return row and row[0]


def around(chance: random.Random, moment: datetime, days: int = 3) -> datetime:
    """A moment within `days` of `moment`, often on or next to a bound of minutes."""
    drawn = moment + timedelta(seconds=chance.randint(-days * 86_400, days * 86_400))
    if chance.random() < 0.5:
        drawn = drawn.replace(minute=chance.choice([0, 15, 30, 45]), second=0, microsecond=0)
        drawn += timedelta(microseconds=chance.choice([-1, 0, 0, 1]))
    return drawn


def local_label(moment: datetime, zone: ZoneInfo, bucket: str) -> datetime:
    """The beginning of the bucket in which the zone's clocks show `moment`, without a zone."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    if bucket == "hour":
        return local.replace(minute=0, second=0, microsecond=0)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket == "month" else day


def recount(
    jobs: list[Known], start: datetime, end: datetime, zone: ZoneInfo, bucket: str, split: str
) -> Counter[tuple[datetime, str, str]]:
    """(label, key, measure) → amount, for every amount that is not zero."""
    counted: Counter[tuple[datetime, str, str]] = Counter()
    for job in jobs:
        if not start <= job.created_at < end:
            continue
        key = {"none": "", "mode": job.mode, "status": job.status, "project": job.project}[split]
        label = local_label(job.created_at, zone, bucket)
        state = "deleted" if job.deleted else job.status
        for measure, amount in (("jobs", 1), ("cents", job.cents)):
            counted[label, key, measure] += amount
            counted[label, key, f"{state}_{measure}"] += amount
            if job.status in ("succeeded", "failed"):
                counted[label, key, f"ever_{job.status}_{measure}"] += amount
        counted[label, key, "excluded_jobs"] += job.excluded
    return Counter({place: amount for place, amount in counted.items() if amount})


def series(
    connection: psycopg.Connection,
    user: str,
    start: datetime,
    end: datetime,
    zone: str,
    bucket: str,
    split: str,
) -> Counter[tuple[datetime, str, str]]:
    """What `get_cost_series` says to `user`, in the form of `recount`."""
    answer = ask(connection, user, "get_cost_series", start, end, bucket, zone, split)
    labels = [datetime.fromisoformat(given["label"]) for given in answer["buckets"]]
    assert len(answer["rows"]) == len(labels) * len(answer["keys"])
    said: Counter[tuple[datetime, str, str]] = Counter()
    for number, key, amounts in answer["rows"]:
        for measure, amount in zip(answer["amounts"], amounts, strict=True):
            said[labels[number], key, measure] += amount
    return Counter({place: amount for place, amount in said.items() if amount})


def ask(connection: psycopg.Connection, user: str, function: str, *values: Any, **claims: Any) -> Any:
    """What a function of public answers to `user`, whose token has `claims` beside the usual ones."""
    with acting(connection, "authenticated", user):
        said = {"sub": user, "role": "authenticated", **claims}
        connection.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(said)])
        places = ", ".join(["%s"] * len(values))
        row = connection.execute(f"select public.{function}({places})".encode(), values).fetchone()
    assert row
    return row[0]


def differences(connection: psycopg.Connection) -> list[tuple[Any, ...]]:
    return connection.execute("select * from genjobs.compare_cost_totals()").fetchall()


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
