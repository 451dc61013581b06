"""The `genjobs` command."""

from __future__ import annotations

from typing import Annotated

import typer

from lib import migrations
from lib.domain.errors import ConsoleError

app = typer.Typer(no_args_is_help=True, add_completion=False)
local = typer.Typer(
    no_args_is_help=True, help="A Supabase on this machine: PostgreSQL, PostgREST, auth and a gateway."
)
app.add_typer(local, name="local")


@app.callback()
def genjobs() -> None:
    """Run and care for the Generation Jobs Console."""


@app.command()
def migrate(
    database_url: Annotated[
        str,
        typer.Option(envvar="DATABASE_URL", help="postgresql://user:password@host:port/database"),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list the files that are missing.")] = False,
) -> None:
    """Apply the migration files that a database lacks, in order, each in a transaction of its own."""
    if not dry_run:
        migrations.apply(database_url, typer.echo)
        return
    missing = migrations.pending(database_url)
    for migration in missing:
        typer.echo(f"Missing {migration.path.name}")
    typer.echo(f"{len(missing)} to apply.")


def main() -> None:
    """Entry point of `genjobs`: an expected failure is told in two lines and ends with status 1."""
    try:
        app()
    except ConsoleError as error:
        typer.echo(f"Error: {error.message}", err=True)
        if error.hint:
            typer.echo(f"Hint: {error.hint}", err=True)
        raise SystemExit(1) from None
