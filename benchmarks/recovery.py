"""How long until all is served again after a part of the local stack was killed, with six people writing.

    python -m benchmarks.recovery [rounds]

Starts a local stack with its demo data and a console on it. In each round PostgreSQL's postmaster, PostgREST
and the supervisor, which holds the auth server and the gateway, are killed (SIGKILL) one after the other.
Served again means: another process has taken the place of the killed one, a job is written and read through
the gateway, a person signs in, and the console says that it is ready. Nobody clicks. Then every acknowledged
write is looked for, and the totals are compared with a recount. Raises when one is lost or they differ.
"""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import psycopg

from benchmarks.writers import Writer
from genjobs.local import stack
from genjobs.local.options import JOBS_A_DAY
from genjobs.local.stack import StackInfo
from tests.browser.consoles import running_console
from tests.local.consoles import part, supervisor
from tests.sql.histories import differences
from tests.stacks import SMALL, running_stack

ROUNDS, WRITERS, BAR_SECONDS, PATIENCE_SECONDS = 5, 6, 10.0, 120.0
WRITES_BETWEEN = 60
PARTS: dict[str, Callable[[Path], psutil.Process]] = {
    "postmaster": lambda home: part(home, "postgres"),
    "PostgREST": lambda home: part(home, "postgrest"),
    "supervisor (auth, gateway)": supervisor,
}


def seconds_to_recover(home: Path, console: str, visitor: Writer, name: str) -> float:
    """Kill the part and wait until all is served again."""
    killed = PARTS[name](home)
    killed.kill()
    began = time.monotonic()
    while not (_replaced(home, name, killed) and _serves(console, visitor)):
        if time.monotonic() - began > PATIENCE_SECONDS:
            raise RuntimeError(
                f"{name} was not replaced within {PATIENCE_SECONDS:.0f} s: see {home / 'logs'}"
            )
        time.sleep(0.02)
    return time.monotonic() - began


def _replaced(home: Path, name: str, killed: psutil.Process) -> bool:
    try:
        return PARTS[name](home).pid != killed.pid
    except (AssertionError, OSError, ValueError, psutil.Error):
        return False


def _serves(console: str, visitor: Writer) -> bool:
    try:
        if not visitor.write():
            return False
        visitor.http.get("/rest/v1/generation_jobs?limit=1").raise_for_status()
        visitor.sign_in()
        return httpx.get(f"{console}/health", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def recover(info: StackInfo, home: Path, rounds: int) -> tuple[dict[str, list[float]], list[Writer]]:
    """The seconds of each part's rounds, and the writers with what they know."""
    over = threading.Event()
    writers = [Writer(info, seed, over) for seed in range(WRITERS)]
    visitor = Writer(info, WRITERS, over)
    took: dict[str, list[float]] = {name: [] for name in PARTS}
    with running_console(home) as console, ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(writer.write_on) for writer in writers]
        try:
            for _ in range(rounds):
                for name in PARTS:
                    _until_all_have_written(writers)
                    took[name].append(seconds_to_recover(home, console, visitor, name))
        finally:
            over.set()
        for writer in running:
            writer.result()
    return took, [*writers, visitor]


def _until_all_have_written(writers: list[Writer]) -> None:
    goals = [writer.told["acknowledged"] + WRITES_BETWEEN for writer in writers]
    while any(writer.told["acknowledged"] < goal for writer, goal in zip(writers, goals, strict=True)):
        time.sleep(0.02)


def check(home: Path, writers: list[Writer]) -> None:
    """Raises when an acknowledged write is lost, or the totals differ from a recount."""
    info = stack.status(home)
    if info is None:
        raise RuntimeError("the stack has gone")
    with psycopg.connect(info.database_url) as connection:
        lost = [loss for writer in writers for loss in writer.lost(connection)]
        unequal = differences(connection)
    if lost or unequal:
        raise RuntimeError(f"{len(lost)} lost: {lost[:5]}; {len(unequal)} totals differ: {unequal[:5]}")


def main(rounds: int = ROUNDS) -> None:
    """Kill, wait, check, print."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with running_stack(home, replace(SMALL, demo=True, demo_jobs_a_day=JOBS_A_DAY)) as info:
            took, writers = recover(info, home, rounds)
            check(home, writers)
    print(f"{'killed':28} {'served again after, s':36} worst (wanted: {BAR_SECONDS:.0f})")
    for name, seconds in took.items():
        print(f"{name:28} {'  '.join(f'{one:5.1f}' for one in seconds):36} {max(seconds):5.1f}")
    told = sum((writer.told for writer in writers), Counter())
    print(f"{told.pop('acknowledged'):,} writes acknowledged, none lost; the totals equal a recount")
    for outcome, count in told.most_common():
        print(f"{count:6,} {outcome}")


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:2]))
