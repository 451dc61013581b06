"""Made-up data for a local stack: four people, their projects, input assets and about 50,000 jobs.

The SQL is in sql/demo. The same seed and time give the same rows. Every row is marked as synthetic: by its
project's name (`Demo: …`), an asset also by its path (`demo/…`) and prompt version (`demo`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg

from genjobs.domain.errors import Unavailable
from genjobs.domain.progress import DemoProgress
from genjobs.local.options import JOBS_A_DAY
from genjobs.migrations.statements import split
from genjobs.paths import SQL

SQL_FOLDER = SQL / "demo"
VACUUM = SQL / "local" / "vacuum.sql"
IS_COMPLETE = SQL / "local" / "demo_is_complete.sql"


@dataclass(frozen=True)
class DemoIdentity:
    """A demo user; the id is the same in every local stack, the password is not and is created elsewhere."""

    user_id: str
    email: str
    name: str
    role: str


PEOPLE: tuple[DemoIdentity, ...] = (
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000001", "ana.analyst@demo.example", "Ana Lindqvist", "analyst"
    ),
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000002", "ben.studio@demo.example", "Ben Okafor", "product staff"
    ),
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000003",
        "chloe.studio@demo.example",
        "Chloe Marchetti",
        "product staff",
    ),
    DemoIdentity(
        "d3300000-0000-4000-8000-000000000004", "dan.newcomer@demo.example", "Dan Petrov", "newcomer"
    ),
)


_WEIGHTS = {
    "create temporary table demo_plan": 20,
    "insert into public.generation_jobs": 50,
    "genjobs.take_in": 90,
}
"""The relative time of the slow statements of a first load; every other statement counts as 1."""

_PROGRESS, _MORE = "as percent_after", "as leaves_more"

Told = Callable[[DemoProgress], None]


def load(
    database_url: str,
    now: datetime,
    seed: int = 7,
    jobs_a_day: int = JOBS_A_DAY,
    told: Told = lambda progress: None,
) -> None:
    """Create the 120 days up to `now` (aware) for those of PEOPLE who are in auth.users, except the newcomer.

    `database_url` is that of the tables' owner. A first load commits the last two weeks, then the months
    before them, and tells its progress; if it broke off before, it goes on. If all is there, only what is new
    is added, with the seed and rate of the first load, and due jobs move on. Concurrent calls take turns.
    """
    settings = {"now": now.isoformat(), "seed": str(seed), "jobs_a_day": str(jobs_a_day)}
    with _connected(database_url) as connection:
        while _fill(connection, settings, told):
            _yield_to_others(connection)


def _fill(connection: psycopg.Connection[tuple[Any, ...]], settings: Mapping[str, str], told: Told) -> bool:
    """Execute the statements in one transaction. Returns whether that left something to another one."""
    shown: tuple[Any, ...] | None = None
    leaves_more = False
    for name, setting in settings.items():
        connection.execute("select set_config(%s, %s, true)", (f"demo.{name}", setting))
    for place, statement in enumerate(statements := _statements()):
        result = connection.execute(statement.encode())
        if _PROGRESS in statement:
            shown = result.fetchone()
        if _MORE in statement:
            [[leaves_more]] = result.fetchall()
        if shown:
            has_recent, jobs, begin, end = shown
            percent = begin + (end - begin) * _percent(statements, place) // 100
            told(DemoProgress(percent, jobs, has_recent=has_recent))
    connection.commit()
    return leaves_more


def _yield_to_others(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Let the people who already look at the console come first, if the system allows it."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, connection.info.backend_pid, 10)


def _statements() -> list[str]:
    files = sorted(SQL_FOLDER.glob("*.sql"))
    return [one.text for file in files for one in split(file.read_text("utf-8"))]


def _percent(statements: Sequence[str], place: int) -> int:
    """The progress in percent, by the weights of the statements up to `place`."""
    weights = [next((weight for word, weight in _WEIGHTS.items() if word in one), 1) for one in statements]
    return 100 * sum(weights[: place + 1]) // sum(weights)


def vacuum(database_url: str) -> None:
    """Vacuum now instead of waiting for autovacuum: reads take half as long afterwards."""
    with _connected(database_url) as connection:
        connection.autocommit = True
        connection.execute(VACUUM.read_bytes())


def is_complete(database_url: str) -> bool:
    """Whether a first load of demo data was finished."""
    with _connected(database_url) as connection:
        found = connection.execute("select to_regclass('demo.clock') is not null").fetchone()
        if found == (True,):
            found = connection.execute(IS_COMPLETE.read_bytes()).fetchone()
    return found == (True,)


def top_up(database_url: str, now: datetime) -> None:
    """Extend complete demo data to `now`; does nothing if there is none."""
    if is_complete(database_url):
        load(database_url, now)


def _connected(database_url: str) -> psycopg.Connection[tuple[Any, ...]]:
    try:
        return psycopg.connect(database_url, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"The local database cannot be reached: {' '.join(str(error).split())}",
            hint="Run: genjobs local status",
        ) from error
