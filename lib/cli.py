"""The `genjobs` command."""

from __future__ import annotations

import typer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Run and care for the Generation Jobs Console."
)
local = typer.Typer(
    no_args_is_help=True, help="A Supabase on this machine: PostgreSQL, PostgREST, auth and a gateway."
)
app.add_typer(local, name="local")


def main() -> None:
    """Entry point of `genjobs`."""
    app()
