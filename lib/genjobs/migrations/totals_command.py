"""`genjobs totals`: in the database of the URL where there is one, else on the local stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from genjobs.migrations import totals_care

DatabaseUrl = Annotated[
    str, typer.Option(envvar="DATABASE_URL", help="postgresql://user:password@host:port/database")
]


def commands(default_url: Callable[[], str]) -> typer.Typer:
    """The two commands; `default_url` gives the database URL where none is given, or says what is missing."""
    app = typer.Typer(
        no_args_is_help=True, help="The totals of costs: whether they are right, and making them anew."
    )

    @app.command()
    def check(database_url: DatabaseUrl = "") -> None:
        """Tell how the totals are and compare them with every job; exit 1 if something is wrong."""
        if not totals_care.check(database_url or default_url(), typer.echo):
            raise SystemExit(1)

    @app.command()
    def rebuild(database_url: DatabaseUrl = "") -> None:
        """Make the totals anew from every job, while readers and writers go on."""
        totals_care.rebuild(database_url or default_url(), typer.echo)

    return app
