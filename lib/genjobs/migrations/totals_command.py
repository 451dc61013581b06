"""`genjobs totals`: uses the database URL if given, else the local stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from genjobs.migrations import totals_care
from genjobs.settings.database_url import chosen

DatabaseUrl = Annotated[
    str | None, typer.Option(envvar="DATABASE_URL", help="postgresql://user:password@host:port/database")
]


def commands(default_url: Callable[[], str]) -> typer.Typer:
    """The two commands; without a given URL, `default_url` returns one or raises what is missing."""
    app = typer.Typer(no_args_is_help=True, help="The cost totals: check and rebuild them.")

    @app.command()
    def check(database_url: DatabaseUrl = None) -> None:
        """Show the state of the totals and compare them with every job. Exit 1 if something is wrong."""
        if not totals_care.check(chosen(database_url, default_url), typer.echo):
            raise SystemExit(1)

    @app.command()
    def rebuild(database_url: DatabaseUrl = None) -> None:
        """Rebuild the totals from every job, while readers and writers continue."""
        totals_care.rebuild(chosen(database_url, default_url), typer.echo)

    return app
