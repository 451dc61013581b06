"""`genjobs queue`: in the database of the URL where there is one, else on the local stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from genjobs.domain.errors import SchemaBehind
from genjobs.migrations.connection import Connection, connected
from genjobs.paths import SQL

DatabaseUrl = Annotated[
    str, typer.Option(envvar="DATABASE_URL", help="postgresql://user:password@host:port/database")
]


def commands(default_url: Callable[[], str]) -> typer.Typer:
    """The two commands; `default_url` gives the database URL where none is given, or says what is missing."""
    app = typer.Typer(
        no_args_is_help=True, help="The queue that workers claim from: whether it is right, and mending it."
    )

    @app.command()
    def check(database_url: DatabaseUrl = "") -> None:
        """Tell what waits and what is held, and compare it with every job; exit 1 if something is wrong."""
        with _queue(database_url or default_url()) as connection:
            waiting, delayed, held, workers = _ask(connection, "counts")
            typer.echo(
                f"{waiting:,} jobs wait, {delayed:,} wait for their time, {held:,} are held;"
                f" {workers:,} workers are heard."
            )
            wrong, lines = _ask(connection, "flaws")
        for line in lines:
            typer.echo(f"         {line}")
        typer.echo(f"{wrong:,} flaws." + (" To mend them: genjobs queue rebuild" if wrong else ""))
        if wrong:
            raise SystemExit(1)

    @app.command()
    def rebuild(database_url: DatabaseUrl = "") -> None:
        """Put right what differs from the jobs, while workers go on."""
        with _queue(database_url or default_url()) as connection:
            (mended,) = _ask(connection, "rebuild")
        typer.echo(f"{mended:,} flaws mended.")

    return app


@contextmanager
def _queue(database_url: str) -> Iterator[Connection]:
    with connected(database_url, "to show its queue") as connection:
        if not _ask(connection, "exists")[0]:
            raise SchemaBehind("The database has no queue.", hint="Run: genjobs migrate")
        yield connection


def _ask(connection: Connection, name: str) -> tuple[Any, ...]:
    [row] = connection.execute((SQL / "queue" / f"{name}.sql").read_bytes()).fetchall()
    return row
