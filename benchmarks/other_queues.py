"""Jobs a second beside procrastinate and pgqueuer, on one PostgreSQL, with handlers that do nothing.

    pip install "procrastinate==3.10.*" "pgqueuer==1.6.*" asyncpg
    python -m benchmarks.other_queues [seconds]

Each queue is filled with 70,000 jobs (ours of 1,000 people) and emptied by four processes; commits reach
the disk. Ours claims and finishes by SQL with every trigger on. procrastinate takes one job per call, ten
at once in each process; pgqueuer takes batches over asyncpg. A rate is what goes from the queue within
`seconds` (by default 4), but for the first and the last 3,000 jobs.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import claims
from benchmarks.server import Bench, bench

WAITING, PROCESSES, CONCURRENCY, EDGE = 70_000, 4, 10, 3_000
DATABASE = "others"
ADD = {
    "procrastinate": "insert into procrastinate_jobs (task_name, queue_name)"
    " select 'none', 'default' from generate_series(1, %s)",
    "pgqueuer": "insert into pgqueuer (priority, entrypoint, status) select 0, 'none', 'queued'"
    " from generate_series(1, %s)",
}
LEFT = {
    "ours": "select count(*) from public.generation_jobs where status in ('queued', 'running')",
    "procrastinate": "select count(*) from procrastinate_jobs where status in ('todo', 'doing')",
    "pgqueuer": "select count(*) from pgqueuer",
}
BARS = {
    ("ours 100", "procrastinate 1"): 8.0,
    ("ours 10", "procrastinate 1"): 5.0,
    ("ours 10", "pgqueuer 10"): 0.55,
    ("ours 100", "pgqueuer 100"): 0.45,
    ("ours 100", "pgqueuer 500"): 0.35,
}


async def nothing(*_: object) -> None:
    """What each job does."""


async def work_procrastinate(dsn: str, _: int) -> None:
    procrastinate = import_module("procrastinate")

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn, max_size=CONCURRENCY + 2))
    app.task(name="none")(nothing)
    async with app.open_async():
        await app.run_worker_async(concurrency=CONCURRENCY, wait=False)


async def work_pgqueuer(dsn: str, batch: int) -> None:
    pgqueuer = import_module("pgqueuer")

    queue = pgqueuer.PgQueuer(pgqueuer.AsyncpgDriver(await connect(dsn)))
    queue.entrypoint("none")(nothing)
    await queue.run(batch_size=batch)


async def connect(dsn: str) -> Any:
    asyncpg = import_module("asyncpg")

    given = psycopg.conninfo.conninfo_to_dict(dsn)
    names = {"host": "host", "port": "port", "user": "user", "password": "password", "dbname": "database"}
    return await asyncpg.connect(**{name: given[key] for key, name in names.items() if key in given})


async def install(dsn: str) -> None:
    pgqueuer = import_module("pgqueuer")
    procrastinate = import_module("procrastinate")

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=dsn))
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
    connection = await connect(dsn)
    await pgqueuer.Queries(pgqueuer.AsyncpgDriver(connection)).install()
    await connection.close()


def rate(dsn: str, name: str, batch: int, seconds: float) -> float:
    """Jobs a second that four processes take out of the queue, which they don't empty."""
    with ExitStack() as ending, psycopg.connect(dsn, autocommit=True) as connection:
        for _ in range(PROCESSES):
            command = [sys.executable, "-m", "benchmarks.other_queues", "work", name, dsn, str(batch)]
            process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
            ending.callback(process.wait)
            ending.callback(process.kill)

        def left() -> int:
            return int(connection.execute(LEFT[name].encode()).fetchone()[0])  # type: ignore[index]

        full = left()
        while left() > full - EDGE:
            time.sleep(0.05)
        before = after = left()
        began = now = time.perf_counter()
        while now < began + seconds and after > EDGE:
            time.sleep(0.1)
            after, now = left(), time.perf_counter()
        return (before - after) / (now - began)


def fill_others(dsn: str, name: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            f"truncate {'procrastinate_jobs cascade' if name == 'procrastinate' else name}".encode()
        )
        connection.execute(ADD[name].encode(), [WAITING])
        connection.execute("vacuum (analyze)")


def main(seconds: float) -> None:
    """Print each rate, and the ratios that have a bar."""
    with bench() as made:
        with made.connect() as connection:
            connection.execute(f"create database {DATABASE}".encode())
        others = psycopg.conninfo.make_conninfo(made.dsn, dbname=DATABASE)
        asyncio.run(install(others))
        claims.begin(made)
        rates = {}
        for name, batch in (
            ("procrastinate", 1),
            ("pgqueuer", 10),
            ("ours", 10),
            ("pgqueuer", 100),
            ("ours", 100),
            ("pgqueuer", 500),
        ):
            if name == "ours":
                claims.fill(made, claims.PEOPLE, WAITING // claims.PEOPLE)
            else:
                fill_others(others, name)
            rates[f"{name} {batch}"] = rate(made.dsn if name == "ours" else others, name, batch, seconds)
            print(f"{name:13} {batch:>3} at once: {rates[f'{name} {batch}']:7,.0f} jobs/s", flush=True)
    for (ours, other), wanted in BARS.items():
        print(f"{ours} beside {other}: {rates[ours] / rates[other]:.2f} times (wanted: {wanted})")


def work_ours(dsn: str, batch: int) -> None:
    claims.work(Bench(dsn, 0, programs=Path()), batch, float("inf"))


WORK: dict[str, Callable[[str, int], None]] = {
    "ours": work_ours,
    "procrastinate": lambda dsn, batch: asyncio.run(work_procrastinate(dsn, batch)),
    "pgqueuer": lambda dsn, batch: asyncio.run(work_pgqueuer(dsn, batch)),
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        WORK[sys.argv[2]](sys.argv[3], int(sys.argv[4]))
    else:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0)
