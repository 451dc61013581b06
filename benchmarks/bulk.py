"""Writes with every trigger on, beside a bare table: 10,000 jobs at once, and one at a time.

    python -m benchmarks.bulk [rounds]

The bare table is the guide's: ten columns, six indexes, three foreign keys, `updated_at`, and no log. A
client inserts 10,000 jobs as the API does, from one JSON array, and deletes them by their ids; then it
inserts and moves jobs one by one. Each statement is flushed to disk. The two tables take turns; a ratio is
the median of the rounds' ratios, in time as the client sees it and in time of the processor, which other work
on the machine disturbs less. The floor is the bare statement and the same events written by one plain
statement.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from uuid import uuid4

import psycopg

from benchmarks.server import USER, bench

PROJECT = "22222222-2222-4222-8222-000000000001"
MANY, FEW, BEFORE = 10_000, 200, 50_000
OURS, BARE, EVENTS = "public.generation_jobs", "bare.generation_jobs", "bare.events"
WANTED = {"bulk insert": 2.0, "bulk delete": 4.0, "single insert": 1.4, "single move": 1.4}
TABLES = f"""
    create schema bare;
    create table {BARE} (like public.generation_jobs including defaults including constraints);
    alter table {BARE}
        add primary key (id),
        add foreign key (user_id) references auth.users (id) on delete cascade,
        add foreign key (project_id) references public.projects (id) on delete cascade,
        add foreign key (input_asset_id) references public.assets (id) on delete set null;
    create index on {BARE} (user_id);
    create index on {BARE} (project_id);
    create index on {BARE} (status);
    create index on {BARE} (input_asset_id);
    create index on {BARE} (created_at desc);
    create index on {BARE} (user_id, status);
    create trigger touch before update on {BARE}
        for each row execute function public.update_updated_at_column();
    create table {EVENTS} (like public.generation_job_events including all);
"""
FILL = """
    insert into {} (user_id, project_id, mode, cost_cents)
    select %s, %s, 'x', 12 from generate_series(1, %s)
"""
INSERT = """
    insert into {} (id, user_id, project_id, mode, cost_cents)
    select id, user_id, project_id, mode, cost_cents
    from json_to_recordset(%s::json)
        as given (id uuid, user_id uuid, project_id uuid, mode text, cost_cents integer)
"""
DELETE = "delete from {} where id = any (%s::uuid[])"
WRITE_EVENTS = f"""
    insert into {EVENTS} (
        transaction_id, job_created_at, job_id, user_id, project_id, kind, mode,
        old_status, new_status, old_cost_cents, new_cost_cents
    )
    select pg_current_xact_id(), created_at, id, user_id, project_id, %s, mode, 'queued', 'queued', 12, 12
    from unnest(%s::uuid[]) as given (id)
    cross join (select now() as created_at, %s::uuid as user_id, %s::uuid as project_id, 'x' as mode) as job
"""
MOVE = "update {} set status = 'running' where id = %s"


@dataclass
class Spent:
    """Microseconds a job of each round: as the client sees it, and of the processor."""

    seen: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def processor_seconds(connection: psycopg.Connection) -> float:
    """How long the backend has run, as Linux counts it."""
    return int(Path(f"/proc/{connection.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def measured(connection: psycopg.Connection, spent: Spent, jobs: int) -> Iterator[None]:
    """Add the time of the block to `spent`."""
    processor, began = processor_seconds(connection), time.perf_counter()
    yield
    spent.seen.append((time.perf_counter() - began) * 1e6 / jobs)
    spent.processor.append((processor_seconds(connection) - processor) * 1e6 / jobs)


def bulk(connection: psycopg.Connection, spent: Callable[[str], Spent], table: str) -> None:
    """Insert and delete 10,000 jobs."""
    ids = [str(uuid4()) for _ in range(MANY)]
    job = {"user_id": USER, "project_id": PROJECT, "mode": "x", "cost_cents": 12}
    payload = json.dumps([{"id": one, **job} for one in ids])
    with measured(connection, spent("bulk insert"), MANY):
        connection.execute(INSERT.format(table).encode(), [payload])
    with measured(connection, spent("bulk delete"), MANY):
        connection.execute(DELETE.format(table).encode(), [ids])


def events_alone(connection: psycopg.Connection, spent: Callable[[str], Spent]) -> None:
    """What the log itself costs."""
    ids = [str(uuid4()) for _ in range(MANY)]
    for what, kind in (("bulk insert", "created"), ("bulk delete", "deleted")):
        with measured(connection, spent(what), MANY):
            connection.execute(WRITE_EVENTS.encode(), [kind, ids, USER, PROJECT])


def singles(connection: psycopg.Connection, took: dict[tuple[str, str], Spent]) -> None:
    """Insert and move jobs one by one, in one table and the other by turns; adds the medians."""
    each = {(table, what): Spent() for table in (OURS, BARE) for what in ("single insert", "single move")}
    for number in range(FEW):
        for table in (OURS, BARE) if number % 2 else (BARE, OURS):
            job = str(uuid4())
            insert = f"insert into {table} (id, user_id, project_id, mode) values (%s, %s, %s, 'x')"
            with measured(connection, each[table, "single insert"], 1):
                connection.execute(insert.encode(), [job, USER, PROJECT])
            with measured(connection, each[table, "single move"], 1):
                connection.execute(MOVE.format(table).encode(), [job])
    for (table, what), one in each.items():
        spent = _of(took, table)(what)
        spent.seen.append(statistics.median(one.seen))
        spent.processor.append(statistics.median(one.processor))


def main(rounds: int = 15) -> None:
    """Print the four ratios, and the floors of the first two."""
    took: dict[tuple[str, str], Spent] = {}
    with bench() as server, server.connect() as connection:
        connection.execute(TABLES.encode())
        for table in (OURS, BARE):
            connection.execute(FILL.format(table).encode(), [USER, PROJECT, BEFORE])
        connection.execute("select genjobs.fold(100000, 60000)")
        connection.execute("vacuum analyze")
        for number in range(rounds):
            for table in (OURS, BARE) if number % 2 else (BARE, OURS):
                bulk(connection, _of(took, table), table)
                connection.execute(f"vacuum {table}, genjobs.job_queue".encode())
            events_alone(connection, _of(took, EVENTS))
            singles(connection, took)
            connection.execute(f"vacuum public.generation_job_events, {EVENTS}".encode())
    for what, wanted in WANTED.items():
        bare, ours, events = (took.get((table, what), Spent()) for table in (BARE, OURS, EVENTS))
        least, most = statistics.median(bare.seen), statistics.median(ours.seen)
        print(
            f"{what:13} bare {least:7.1f} µs, ours {most:7.1f} µs:"
            f" {_ratio(ours.seen, bare.seen):.2f} times (wanted: {wanted});"
            f" processor {_ratio(ours.processor, bare.processor):.2f} times"
        )
        if events.seen:
            floor = 1 + _ratio(events.seen, bare.seen), 1 + _ratio(events.processor, bare.processor)
            print(
                f"{'':13} floor, with its events alone: {floor[0]:.2f} times; processor {floor[1]:.2f} times"
            )


def _of(took: dict[tuple[str, str], Spent], table: str) -> Callable[[str], Spent]:
    return lambda what: took.setdefault((table, what), Spent())


def _ratio(ours: list[float], bare: list[float]) -> float:
    return float(statistics.median(map(truediv, ours, bare)))


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
