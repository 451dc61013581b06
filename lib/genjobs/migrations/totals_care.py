"""`genjobs totals`: checking and rebuilding the totals of a database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from genjobs.domain.counting import counted
from genjobs.domain.errors import SchemaBehind, Unavailable, UnexpectedError
from genjobs.domain.totals import TotalsHealth, checks
from genjobs.migrations.totals import Connection, OnStep, ask, exist, make_anew
from genjobs.settings.database_url import readable


def check(database_url: str, say: OnStep) -> bool:
    """Print the state of the totals and compare them with every job; returns whether all is well.

    Only complete totals are compared. Raises InvalidInput if the URL cannot be parsed, Unavailable if the
    database cannot be reached, SchemaBehind if it has no totals, UnexpectedError if it refuses access.
    """
    with _connected(database_url) as connection:
        ((health,),) = ask(connection, "health")
        found = checks(TotalsHealth.from_row(health))
        for one in found:
            say(
                f"ok       {one.name}: {one.found}"
                if one.ok
                else f"FAILS    {one.name}: {one.found}. {one.fix}"
            )
        for (line,) in ask(connection, "set_aside"):
            say(f"         {line}")
        return _agree(connection, say) and all(one.ok for one in found) if found[0].ok else False


def rebuild(database_url: str, on_step: OnStep) -> None:
    """Rebuild the totals from every job, reporting the progress; raises as `check` does."""
    with _connected(database_url) as connection:
        make_anew(connection, on_step)


def _agree(connection: Connection, say: OnStep) -> bool:
    say("Comparing the totals with every job")
    ((number, lines),) = ask(connection, "differences")
    for line in lines:
        say(f"         {line}")
    say(
        f"{counted(number, 'difference')}."
        + (" To rebuild the totals: genjobs totals rebuild" if number else "")
    )
    return not number


@contextmanager
def _connected(database_url: str) -> Iterator[Connection]:
    try:
        connection = psycopg.connect(
            readable(database_url), autocommit=True, prepare_threshold=None, connect_timeout=10
        )
    except psycopg.Error as error:
        raise Unavailable(
            f"The database cannot be reached: {_one_line(error)}",
            hint="Check the database URL: postgresql://user:password@host:port/database.",
        ) from error
    with connection:
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        try:
            if not exist(connection):
                raise SchemaBehind(
                    "The database has no totals, or they are too old.", hint="Run: genjobs migrate"
                )
            yield connection
        except psycopg.Error as error:
            raise UnexpectedError(
                f"The totals cannot be used: {_one_line(error)}",
                hint="Connect as the role that owns the tables: on Supabase that is postgres.",
                code=error.sqlstate or "",
            ) from error


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
