"""Made-up data for a local stack: four people, their projects, input assets and about 50,000 jobs.

The SQL lies in sql/demo. The same seed and time give the same rows. Every row is marked as synthetic: by its
project's name (`Demo: …`), an asset also by its path (`demo/…`) and prompt version (`demo`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import psycopg

from genjobs.domain.errors import Unavailable
from genjobs.paths import SQL

SQL_FOLDER = SQL / "demo"
JOBS_A_DAY = 456


@dataclass(frozen=True)
class DemoIdentity:
    """Someone made up; the id is the same in every local stack, the password is not and is made elsewhere."""

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


def load(database_url: str, now: datetime, seed: int = 7, jobs_a_day: int = JOBS_A_DAY) -> None:
    """Fill the 120 days up to `now` (aware) for those of PEOPLE who are in auth.users, except the newcomer.

    `database_url` is that of the tables' owner. Where demo data is there already, only what is missing up to
    `now` is added, by the seed and at the rate of the first time, and jobs whose time has come move on. It is
    all or nothing; two at once take turns.
    """
    with _connected(database_url) as connection:
        connection.execute("select set_config('demo.now', %s, true)", (now.isoformat(),))
        connection.execute("select set_config('demo.seed', %s, true)", (str(seed),))
        connection.execute("select set_config('demo.jobs_a_day', %s, true)", (str(jobs_a_day),))
        for file in sorted(SQL_FOLDER.glob("*.sql")):
            connection.execute(file.read_bytes())


def top_up(database_url: str, now: datetime) -> None:
    """Bring demo data that is there up to `now`; does nothing where there is none."""
    with _connected(database_url) as connection:
        found = connection.execute("select to_regclass('demo.clock') is not null").fetchone()
    if found and found[0]:
        load(database_url, now)


def _connected(database_url: str) -> psycopg.Connection[tuple[object, ...]]:
    try:
        return psycopg.connect(database_url, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"The local database cannot be reached: {' '.join(str(error).split())}",
            hint="Run: genjobs local status",
        ) from error
