"""A year of daily spend by mode from the totals, beside the same sums over the jobs with their best index.

    python -m benchmarks.reads [jobs] [jobs …]        e.g. 1000000 10000000

One person, 20 projects, 4 modes, a year. The jobs are made with the triggers off and come into the totals
by the back-fill, whose time is printed too. Each figure is the fastest of several; both must agree.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg

from benchmarks.server import USER, bench
from genjobs.migrations.totals import bring_up_to_date

FILL = """
    insert into public.generation_jobs (user_id, project_id, mode, cost_cents, status, created_at)
    select
        '{user}', ('22222222-2222-4222-8222-' || lpad((1 + n % 20)::text, 12, '0'))::uuid,
        (array['main_white', 'lifestyle', 'feature_callout', 'packaging'])[1 + (n / 20) % 4],
        (array[4, 6, 9, 12, 25, 40])[1 + floor(random() * 6)],
        case when random() < 0.92 then 'succeeded' else 'failed' end,
        timestamptz '2025-11-01 00:00Z' + interval '365 days' * (n::float8 / {jobs})
    from generate_series(0, {jobs} - 1) as n
"""
BEST_INDEX = """
    create index bench_best on public.generation_jobs (user_id, created_at) include (mode, status, cost_cents)
"""
SUMS = """
    select date_trunc('day', created_at at time zone %(zone)s) as day, mode, count(*), sum(cost_cents)
    from public.generation_jobs
    where user_id = %(user)s
        and created_at >= timestamp '2025-11-02' at time zone %(zone)s
        and created_at < timestamp '2026-10-31' at time zone %(zone)s
    group by 1, 2
"""
SERIES = """
    select public.get_cost_series(
        timestamp '{start}' at time zone %(zone)s, timestamp '{end}' at time zone %(zone)s,
        'day', %(zone)s, 'mode'
    )
"""
YEAR = SERIES.format(start="2025-11-02", end="2026-10-31")
MONTH = SERIES.format(start="2026-09-01", end="2026-10-01")


def fastest(call: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Milliseconds of the fastest of `times` calls, and what the last one gave."""
    took, given = [], None
    for _ in range(times):
        began = time.perf_counter()
        given = call()
        took.append((time.perf_counter() - began) * 1000)
    return min(took), given


def prepare(connection: psycopg.Connection, jobs: int) -> None:
    """Fill the table as if the jobs were older than the log, and back-fill the totals."""
    connection.execute("alter table public.generation_jobs disable trigger user")
    connection.execute(FILL.format(user=USER, jobs=jobs).encode())
    connection.execute("alter table public.generation_jobs enable trigger user")
    connection.execute(BEST_INDEX)
    connection.execute("update genjobs.fold_state set complete = false")
    connection.execute("update genjobs.back_fill_state set done = false")
    began = time.perf_counter()
    bring_up_to_date(connection, lambda step: None)
    print(f"{jobs:>11,} jobs: back-filled in {time.perf_counter() - began:.0f} s")
    for table in ("public.generation_jobs", "public.generation_job_events", "genjobs.cost_totals"):
        connection.execute(f"vacuum analyze {table}".encode())


def rows(connection: psycopg.Connection, query: str, values: dict[str, str]) -> list[tuple[Any, ...]]:
    """All rows of the answer."""
    return connection.execute(query.encode(), values).fetchall()


def same(series: dict[str, Any], sums: list[tuple[Any, ...]]) -> bool:
    """Whether the series says what the sums say."""
    said = {
        (series["buckets"][number]["label"], mode): tuple(amounts[:2])
        for number, mode, amounts in series["rows"]
        if amounts[0]
    }
    return said == {(day.isoformat(), mode): (jobs, cents) for day, mode, jobs, cents in sums}


def measure(connection: psycopg.Connection, jobs: int) -> float:
    """Print the ratios for each zone; returns the milliseconds of the year's series in New York."""
    years = {}
    for zone in ("America/New_York", "Asia/Kolkata"):
        values = {"zone": zone, "user": USER}
        slow, sums = fastest(partial(rows, connection, SUMS, values), 3)
        claims = json.dumps({"sub": USER, "role": "authenticated"})
        with connection.transaction():
            connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            connection.execute("set local role authenticated")
            years[zone], [[series]] = fastest(partial(rows, connection, YEAR, values), 9)
            month, _ = fastest(partial(rows, connection, MONTH, values), 9)
        if not same(series, sums):
            raise RuntimeError(f"the totals and the jobs differ in {zone}")
        print(
            f"{jobs:>11,} jobs, {zone:17} year {years[zone]:7.1f} ms, over the jobs {slow:8.0f} ms:"
            f" {slow / years[zone]:4.0f} times faster (wanted: 50); 30 days {month:5.1f} ms (wanted: 30)"
        )
    return years["America/New_York"]


def main(*sizes: int) -> None:
    """Measure each size on a server of its own, then how the time grows from the first to the last."""
    took = []
    for jobs in sizes:
        with bench(fsync="off", jit="off") as server, server.connect() as connection:
            prepare(connection, jobs)
            took.append(measure(connection, jobs))
    print(
        f"from {sizes[0]:,} to {sizes[-1]:,} jobs the time grows {took[-1] / took[0]:.2f} times (wanted: 1.5)"
    )


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:] or ["1000000", "10000000"]))
