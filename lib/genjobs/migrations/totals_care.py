"""`genjobs totals`: how the totals of a database are, and making them anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from genjobs.domain.errors import SchemaBehind, Unavailable, UnexpectedError
from genjobs.domain.totals import TotalsHealth, checks
from genjobs.migrations.totals import Connection, OnStep, ask, exist, make_anew
from genjobs.settings.database_url import readable


def check(database_url: str, say: OnStep) -> bool:
    """Tell how the totals are and compare them with every job; gives whether nothing is wrong.

    Only complete totals are compared. Raises InvalidInput when the URL cannot be read, Unavailable when the
    database cannot be reached, SchemaBehind when it has no totals, UnexpectedError when it refuses to tell.
    """
    with _connected(database_url) as connection:
        ((health,),) = ask(connection, "health")
        found = checks(TotalsHealth.from_row(health))
        for one in found:
            say(
                f"ok       {one.name}: {one.found}"
                if one.ok
                else f"FAILS    {one.name}: {one.found}. {one.cure}"
            )
        for (line,) in ask(connection, "set_aside"):
            say(f"         {line}")
        return _agree(connection, say) and all(one.ok for one in found) if found[0].ok else False


def rebuild(database_url: str, on_step: OnStep) -> None:
    """Make the totals anew from every job, telling the progress; raises as `check` does."""
    with _connected(database_url) as connection:
        make_anew(connection, on_step)


def _agree(connection: Connection, say: OnStep) -> bool:
    say("Comparing the totals with every job")
    ((number, lines),) = ask(connection, "differences")
    for line in lines:
        say(f"         {line}")
    say(f"{number:,} differences." + (" To make the totals anew: genjobs totals rebuild" if number else ""))
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
                    "The database has no totals that can be cared for.", hint="Run: genjobs migrate"
                )
            yield connection
        except psycopg.Error as error:
            raise UnexpectedError(
                f"The totals cannot be cared for: {_one_line(error)}",
                hint="Connect as the role that owns the tables: on Supabase that is postgres.",
                code=error.sqlstate or "",
            ) from error


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())
