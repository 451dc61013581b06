"""`genjobs migrate`."""

from __future__ import annotations

from typing import Annotated

import typer

from genjobs import migrations
from genjobs.domain.counting import counted
from genjobs.migrations.difference_report import tell

DatabaseUrl = Annotated[
    str, typer.Option(envvar="DATABASE_URL", help="postgresql://user:password@host:port/database")
]

REPAIR = "To repair: genjobs migrate --repair"


def migrate(
    database_url: DatabaseUrl,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only list missing files and differences; exit 1 if there are any."),
    ] = False,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Then repair differences from sql/schema. No row is lost."),
    ] = False,
) -> None:
    """Apply the migration files that a database lacks, in order, each in its own transaction.

    Then compare the database with sql/schema, and exit with 1 if something is missing, different, or opens
    rows that it should not.
    """
    if dry_run:
        _list(database_url)
        return
    if repair:
        for left in migrations.repair(database_url, typer.echo):
            typer.echo(f"Not repaired: {left.difference}. {left.reason}")
    else:
        migrations.apply(database_url, typer.echo)
    failing = tell(migrations.differences(database_url), typer.echo)
    if failing and not repair:
        typer.echo(f"{counted(failing, 'difference')} from the schema. {REPAIR}")
    elif not failing:
        typer.echo("The database has the schema that the migrations make.")
    if failing:
        raise SystemExit(1)


def _list(database_url: str) -> None:
    missing, pasted = migrations.pending(database_url), migrations.pasted(database_url)
    for migration in missing:
        word = "Run by hand, not recorded:" if migration.version in pasted else "Missing"
        typer.echo(f"{word} {migration.path.name}")
    failing = 0 if missing else tell(migrations.differences(database_url), typer.echo)
    if failing:
        typer.echo(f"{counted(failing, 'difference')} from the schema. {REPAIR}")
    typer.echo(f"{len(missing)} to apply.")
    if missing or failing:
        raise SystemExit(1)
