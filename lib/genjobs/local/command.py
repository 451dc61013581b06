"""`genjobs local`; each command imports what it needs."""

from __future__ import annotations

from typing import Annotated

import typer

from genjobs.domain.errors import Unavailable

local = typer.Typer(no_args_is_help=True)


@local.command()
def start(
    demo: Annotated[bool, typer.Option(help="Add made-up people and jobs.")] = True,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port; if it is taken, the next free one.")
    ] = 54321,
) -> None:
    """Start the stack, or use the running one, and keep it until `genjobs local stop`."""
    from genjobs.local.options import StackOptions
    from genjobs.local.stack import ensure

    info = ensure(typer.echo, keep=True, options=StackOptions(demo=demo, port=port))
    typer.echo(f"Local Supabase: {info.url}")
    typer.echo("To print its keys: genjobs local env. To stop it: genjobs local stop")


@local.command()
def stop() -> None:
    """Stop the stack, even if it is in use; its data stays."""
    from genjobs.local import stack

    typer.echo("Ended." if stack.stop() else "It was not running.")


@local.command()
def status() -> None:
    """Show whether the stack is running and which of its parts answer. Exit 1 if not all do."""
    from genjobs.local import health, stack

    info = stack.status()
    if info is None:
        typer.echo("Not running. To start it: genjobs local start")
        raise SystemExit(1)
    parts = health.parts(info)
    for part in parts:
        typer.echo(
            f"{part.name:<12} {'answers' if part.answers else 'DOWN   '} {part.address} {part.said}".rstrip()
        )
    typer.echo(f"{'Mail':<12} kept in {info.outbox}")
    typer.echo(f"{'Demo people':<12} {', '.join(person.email for person in info.demo_people) or 'none'}")
    if not all(part.answers for part in parts):
        raise SystemExit(1)


@local.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Stop the stack and delete all its data: database, keys, mail, logs."""
    if not yes:
        typer.confirm("Delete the local database, its keys, mail and logs?", abort=True)
    from genjobs.local import stack

    stack.reset()
    typer.echo("Deleted. The next start creates a new one.")


@local.command()
def env() -> None:
    """Print the addresses and keys of the running stack as lines for a shell or a .env file."""
    from genjobs.local import stack

    info = stack.status()
    if info is None:
        raise Unavailable("The local stack is not running.", hint="Run: genjobs local start")
    typer.echo(f"SUPABASE_URL={info.url}")
    typer.echo(f"SUPABASE_KEY={info.publishable_key}")
    typer.echo(f"SUPABASE_SECRET_KEY={info.secret_key}")
    typer.echo(f"SUPABASE_ANON_KEY={info.anon_key}")
    typer.echo(f"SUPABASE_SERVICE_ROLE_KEY={info.service_role_key}")
    typer.echo(f"DATABASE_URL={info.database_url}")
