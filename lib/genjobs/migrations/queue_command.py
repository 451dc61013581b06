"""`genjobs queue`: uses the database URL if given, else the local stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from genjobs.domain.counting import counted
from genjobs.domain.errors import InvalidInput, SchemaBehind
from genjobs.domain.inputs import LARGEST_INTEGER, check_uuid
from genjobs.migrations.connection import Connection, connected
from genjobs.paths import SQL
from genjobs.settings.database_url import chosen

DatabaseUrl = Annotated[
    str | None, typer.Option(envvar="DATABASE_URL", help="postgresql://user:password@host:port/database")
]

_UNATTENDED = "Once a worker runs again, held jobs are retried, unless this was their last attempt."


def commands(default_url: Callable[[], str]) -> typer.Typer:
    """The commands; without a given URL, `default_url` returns one or raises what is missing."""
    app = typer.Typer(
        no_args_is_help=True,
        help="The queue that workers claim from: check it, repair it, set its limits.",
    )

    @app.command()
    def check(database_url: DatabaseUrl = None) -> None:
        """Show waiting and held jobs, and compare the queue with every job. Exit 1 if something is wrong."""
        with _queue(chosen(database_url, default_url)) as connection:
            _tell_counts(connection)
            wrong, lines = _ask(connection, "flaws")
        for line in lines:
            typer.echo(f"         {line}")
        typer.echo(f"{counted(wrong, 'error')}." + (" To repair: genjobs queue rebuild" if wrong else ""))
        if wrong:
            raise SystemExit(1)

    @app.command()
    def rebuild(database_url: DatabaseUrl = None) -> None:
        """Repair differences from the jobs, while workers continue."""
        with _queue(chosen(database_url, default_url)) as connection:
            (mended,) = _ask(connection, "rebuild")
        typer.echo(f"{counted(mended, 'error')} repaired.")

    @app.command()
    def limit(
        mode: Annotated[str, typer.Option(help="Limit the jobs of this mode.")] = "",
        person: Annotated[str, typer.Option(help="Limit the jobs of the user of this id.")] = "",
        everyone: Annotated[bool, typer.Option(help="Limit everyone who has no limit of their own.")] = False,
        running: Annotated[
            int | None, typer.Option(min=1, max=LARGEST_INTEGER, help="How many may run at once.")
        ] = None,
        attempts: Annotated[
            int | None, typer.Option(min=1, max=100, help="How many attempts, instead of 3.")
        ] = None,
        remove: Annotated[bool, typer.Option("--remove", help="Remove the limit.")] = False,
        database_url: DatabaseUrl = None,
    ) -> None:
        """Set how many jobs may run at once, or a mode's attempts, or --remove the limit.

        A limit is replaced as a whole: of a mode's two numbers, the one that is not given is removed.
        """
        _refuse_unless(bool(mode) + bool(person) + everyone == 1 and (attempts is None or bool(mode)))
        _refuse_unclear((running or attempts) is not None, remove)
        with _queue(chosen(database_url, default_url)) as connection:
            if mode:
                _ask(connection, "limit_mode", mode, running, attempts)
            else:
                _ask(connection, "limit_person", check_uuid("--person", person) if person else None, running)
            _tell_limits(connection)

    @app.command()
    def limits(database_url: DatabaseUrl = None) -> None:
        """List the limits."""
        with _queue(chosen(database_url, default_url)) as connection:
            _tell_limits(connection)

    return app


def _tell_counts(connection: Connection) -> None:
    waiting, delayed, held, workers = _ask(connection, "counts")
    typer.echo(
        f"{_are(waiting, 'job')} waiting, {_are(delayed)} delayed, {_are(held)} held;"
        f" {_are(workers, 'worker')} alive."
    )
    if held and not workers:
        typer.echo(_UNATTENDED)


def _are(number: int, noun: str = "") -> str:
    told = counted(number, noun) if noun else f"{number:,}"
    return f"{told} {'is' if number == 1 else 'are'}"


def _refuse_unless(is_clear: bool) -> None:
    if not is_clear:
        raise InvalidInput(
            "A limit is for a mode, a person, or everyone; attempts are set per mode.",
            hint="For example: genjobs queue limit --mode lifestyle --running 4 --attempts 5",
        )


def _refuse_unclear(has_number: bool, remove: bool) -> None:
    """So that a forgotten option removes no limit."""
    if has_number == remove:
        raise InvalidInput(
            "Both a limit and --remove are given." if remove else "No limit is given.",
            hint="To set it: --running 4, for a mode also --attempts 5. To remove it: --remove alone.",
        )


def _tell_limits(connection: Connection) -> None:
    rows = connection.execute((SQL / "queue" / "limits.sql").read_bytes()).fetchall()
    for name, is_mode, running, attempts in sorted(rows, key=lambda row: row[0] is None):
        of = f"mode {name}" if is_mode else f"person {name}" if name else "everyone else"
        told = [running and f"{running:,} at once", attempts and f"{attempts} attempts"]
        typer.echo(f"{of}: {', '.join(filter(None, told))}")
    if not rows:
        typer.echo("There are no limits.")


@contextmanager
def _queue(database_url: str) -> Iterator[Connection]:
    with connected(database_url, "to show its queue") as connection:
        if not _ask(connection, "exists")[0]:
            raise SchemaBehind("The database has no queue.", hint="Run: genjobs migrate")
        yield connection


def _ask(connection: Connection, name: str, *values: object) -> tuple[Any, ...]:
    [row] = connection.execute((SQL / "queue" / f"{name}.sql").read_bytes(), values or None).fetchall()
    return row
