"""`genjobs roles`: uses the database URL if given, else the secret key, else the local stack."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Annotated

import typer

from genjobs import roles
from genjobs.domain.errors import SettingsError
from genjobs.domain.people import RoleKeeper
from genjobs.paths import settings_folder
from genjobs.settings.database_url import server_of
from genjobs.settings.loading import load_settings

DatabaseUrl = Annotated[
    str | None, typer.Option(envvar="DATABASE_URL", help="postgresql://user:password@host:port/database")
]
Who = Annotated[str, typer.Argument(help="The address that the person signs in with, or their id.")]
LocalUrl = Callable[[], str]


def commands(local_url: LocalUrl) -> typer.Typer:
    """The three commands; `local_url` returns the local stack's database URL, starting it if needed."""
    app = typer.Typer(no_args_is_help=True, help="Who may see totals across everyone.")

    @app.command()
    def grant(
        who: Who,
        role: Annotated[str, typer.Argument(help="analyst or admin")],
        database_url: DatabaseUrl = None,
    ) -> None:
        """Give a person a role. It takes effect with their next token, within the hour."""
        typer.echo(roles.grant(_keeper(database_url, local_url), who, role))

    @app.command()
    def revoke(who: Who, database_url: DatabaseUrl = None) -> None:
        """Remove a person's role. This takes effect with their next token, within the hour."""
        typer.echo(roles.revoke(_keeper(database_url, local_url), who))

    @app.command(name="list")
    def list_(database_url: DatabaseUrl = None) -> None:
        """Print everyone who has a role."""
        for line in roles.listed(_keeper(database_url, local_url)):
            typer.echo(line)

    return app


def _keeper(database_url: str | None, local_url: LocalUrl) -> RoleKeeper:
    """Imports only what it uses, so that the other commands of `genjobs` start without it."""
    from genjobs.roles.database import DatabaseRoles

    if database_url is not None:
        typer.echo(f"In the database on {server_of(database_url)}:", err=True)
        return DatabaseRoles(database_url)
    settings = load_settings(os.environ, settings_folder())
    if settings.connection is None:
        return DatabaseRoles(local_url())
    if settings.secret_key is None:
        raise SettingsError(
            "Changing roles needs the database URL or the project's secret key, but neither is given.",
            hint="Set DATABASE_URL or SUPABASE_SECRET_KEY, or give --database-url.",
        )
    from genjobs.auth.roles import AuthRoles
    from genjobs.data.transport.client import http_pool

    typer.echo(f"On {settings.connection.url}:", err=True)
    return AuthRoles(settings.connection.url, settings.secret_key, http_pool())
