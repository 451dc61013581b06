"""`genjobs local`; what it needs is imported by the command that runs."""

from __future__ import annotations

from typing import Annotated

import typer

from genjobs.domain.errors import Unavailable

local = typer.Typer(no_args_is_help=True)


@local.command()
def start(
    demo: Annotated[bool, typer.Option(help="Fill it with made-up people and jobs.")] = True,
    port: Annotated[
        int, typer.Option(help="Where it listens; the next free port when that is taken.")
    ] = 54321,
) -> None:
    """Start the stack, or join it, and keep it until `genjobs local stop`."""
    from genjobs.local.options import StackOptions
    from genjobs.local.stack import ensure

    info = ensure(typer.echo, keep=True, options=StackOptions(demo=demo, port=port))
    typer.echo(f"Supabase on this machine: {info.url}")
    typer.echo("Its keys: genjobs local env. To end it: genjobs local stop")


@local.command()
def stop() -> None:
    """End the stack, whoever uses it; its data stays."""
    from genjobs.local import stack

    typer.echo("Ended." if stack.stop() else "It was not running.")


@local.command()
def status() -> None:
    """Say whether the stack runs and which of its parts answer; exit 1 when not all do."""
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
    """End the stack and delete all it holds: database, keys, mail, logs."""
    if not yes:
        typer.confirm("Delete the local database, its keys, mail and logs?", abort=True)
    from genjobs.local import stack

    stack.reset()
    typer.echo("Deleted. The next start makes a new one.")


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
