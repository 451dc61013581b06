"""Writers at both isolation levels for a minute, with folding on: totals and jobs must never differ.

    python -m benchmarks.soak [seconds]

Three writers at READ COMMITTED and three at REPEATABLE READ insert, move, reprice, change and delete jobs of
two people, undo some of it, and fold; meanwhile totals are compared with the jobs again and again. Prints how
much was done. Raises at the first difference.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

from psycopg import IsolationLevel

from benchmarks.server import Bench, bench
from tests.sql.histories import differences
from tests.sql.people import Cast, introduce
from tests.sql.test_cost_totals import LOST, fold, tail, write

SECONDS, WRITERS = 60, 6
LEVELS = (IsolationLevel.READ_COMMITTED, IsolationLevel.REPEATABLE_READ)


def work(server: Bench, cast: Cast, seed: int, until: float) -> tuple[int, int]:
    """Transactions that were committed and those that lost against another, by one writer."""
    chance, kept, lost = Random(seed), 0, 0
    with server.connect() as connection:
        connection.autocommit, connection.isolation_level = False, LEVELS[seed % len(LEVELS)]
        while time.monotonic() < until:
            try:
                write(connection, chance, cast)
                connection.execute("select genjobs.fold(50, 0, false)")
                connection.commit()
                kept += 1
            except LOST:
                connection.rollback()
                lost += 1
    return kept, lost


def main(seconds: int = SECONDS) -> None:
    """Write, compare, print."""
    with bench(fsync="off") as server, server.connect() as watcher, ThreadPoolExecutor(WRITERS) as pool:
        cast, until, looks = introduce(watcher), time.monotonic() + seconds, 0
        writers = [pool.submit(work, server, cast, seed, until) for seed in range(WRITERS)]
        while not all(writer.done() for writer in writers):
            _compare(watcher)
            looks += 1
        done = [writer.result() for writer in writers]
        unfolded = tail(watcher)
        fold(watcher, 1_000_000)
        _compare(watcher)
    committed, lost = (sum(column) for column in zip(*done, strict=True))
    print(f"{seconds} s, {WRITERS} writers: {committed:,} transactions committed, {lost:,} lost to another")
    print(f"{looks} comparisons meanwhile and one after folding {unfolded:,} events: no difference")


def _compare(watcher: object) -> None:
    if found := differences(watcher):  # type: ignore[arg-type]
        raise RuntimeError(f"totals and jobs differ: {found[:5]}")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
