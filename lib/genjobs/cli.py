"""The `genjobs` command."""

from __future__ import annotations

import importlib
import os
import runpy
import sys
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Annotated

import typer

from genjobs import __version__, migrations
from genjobs.domain.errors import ConsoleError, SettingsError, Unavailable
from genjobs.domain.people import DemoPerson
from genjobs.migrations import totals_command
from genjobs.migrations.command import migrate
from genjobs.paths import APP, ROOT, install_command, is_installed, settings_folder
from genjobs.roles.command import commands as roles_commands
from genjobs.settings.connection import Connection
from genjobs.settings.loading import console_home, load_settings
from genjobs.worker import command as worker_command

app = typer.Typer(no_args_is_help=True, add_completion=False)
local = typer.Typer(no_args_is_help=True)
app.add_typer(local, name="local")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"genjobs {__version__}")
        raise typer.Exit


@app.callback()
def genjobs(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Run and care for the Generation Jobs Console."""


app.command()(migrate)


@app.command(context_settings={"ignore_unknown_options": True})
def console(
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[STREAMLIT OPTIONS]...",
            help="Passed on to `streamlit run`, such as --server.port 8600.",
        ),
    ] = None,
) -> None:
    """Start the console, from any folder, as `streamlit run app.py` does in a checkout."""
    if load_settings(os.environ, settings_folder()).connection is None:
        _local("stack")
    sys.argv = ["streamlit", "run", str(APP), *(options or ())]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


@app.command()
def schema() -> None:
    """Write sql/schema anew: what the migrations make, on a PostgreSQL that is started for it."""
    if is_installed():
        raise SettingsError(
            "The schema's files belong to the source, and this is an installed package.",
            hint="Run it in a checkout.",
        )
    with _local("scratch").database() as database_url:
        migrations.apply(database_url)
        changed = migrations.write_schema(database_url)
    for path in changed:
        typer.echo(path.relative_to(ROOT))
    typer.echo(f"{len(changed)} files changed.")


@app.command()
def verify(
    email: Annotated[
        str, typer.Option(envvar="GENJOBS_EMAIL", help="Whom to sign in; by default a demo person.")
    ] = "",
    password: Annotated[
        str, typer.Option(envvar="GENJOBS_PASSWORD", help="Better in the environment than on the line.")
    ] = "",
    database_url: Annotated[
        str,
        typer.Option(
            envvar="DATABASE_URL", help="Look at the catalogue itself, not only at what the API tells."
        ),
    ] = "",
) -> None:
    """Compare the database with the contract and the schema, and try to reach other people's rows.

    Exit 1 if anything fails.
    """
    from genjobs.setup import verification

    settings = load_settings(os.environ, settings_folder())
    connection, others = settings.connection, ()
    if connection is None:
        info = _local("stack").ensure(typer.echo, home=settings.home)
        connection = Connection(info.url, info.publishable_key)
        others = tuple(person.user_id for person in _local("demo").PEOPLE)
        database_url = info.database_url
        email, password = _demo_login(info.demo_people, email, password)
    if not email or not password:
        raise SettingsError(
            "The checks speak as a signed-in user, and there is none.",
            hint="Set GENJOBS_EMAIL and GENJOBS_PASSWORD, or give --email and --password.",
        )
    if not verification.verify(
        connection, email, password, typer.echo, others=others, database_url=database_url
    ):
        raise SystemExit(1)


def _demo_login(people: Sequence[DemoPerson], email: str, password: str) -> tuple[str, str]:
    """What was given where it is complete, else a demo person: the one of this e-mail or the first."""
    fitting = [] if password else [person for person in people if email in ("", person.email)]
    return (fitting[0].email, fitting[0].password) if fitting else (email, password)


@local.callback()
def of_the_settings() -> None:
    """A Supabase on this machine: PostgreSQL, PostgREST, auth and a gateway."""
    os.environ["GENJOBS_HOME"] = str(console_home(os.environ, settings_folder()))


@local.command()
def start(
    demo: Annotated[bool, typer.Option(help="Fill it with made-up people and jobs.")] = True,
    port: Annotated[
        int, typer.Option(help="Where it listens; the next free port when that is taken.")
    ] = 54321,
) -> None:
    """Start the stack, or join it, and keep it until `genjobs local stop`."""
    options = _local("options").StackOptions(demo=demo, port=port)
    info = _local("stack").ensure(typer.echo, keep=True, options=options)
    typer.echo(f"Supabase on this machine: {info.url}")
    typer.echo("Its keys: genjobs local env. To end it: genjobs local stop")


@local.command()
def stop() -> None:
    """End the stack, whoever uses it; its data stays."""
    typer.echo("Ended." if _local("stack").stop() else "It was not running.")


@local.command()
def status() -> None:
    """Say whether the stack runs and which of its parts answer; exit 1 when not all do."""
    info = _local("stack").status()
    if info is None:
        typer.echo("Not running. To start it: genjobs local start")
        raise SystemExit(1)
    parts = _local("health").parts(info)
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
    _local("stack").reset()
    typer.echo("Deleted. The next start makes a new one.")


@local.command()
def env() -> None:
    """Print the addresses and keys of the running stack as lines for a shell or a .env file."""
    info = _local("stack").status()
    if info is None:
        raise Unavailable("The local stack is not running.", hint="Run: genjobs local start")
    typer.echo(f"SUPABASE_URL={info.url}")
    typer.echo(f"SUPABASE_KEY={info.publishable_key}")
    typer.echo(f"SUPABASE_SECRET_KEY={info.secret_key}")
    typer.echo(f"SUPABASE_ANON_KEY={info.anon_key}")
    typer.echo(f"SUPABASE_SERVICE_ROLE_KEY={info.service_role_key}")
    typer.echo(f"DATABASE_URL={info.database_url}")


def _local(name: str) -> ModuleType:
    """A module of genjobs.local, whose packages come with an extra that a hosted set-up does without."""
    try:
        return importlib.import_module(f"genjobs.local.{name}")
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"The local stack needs the package {error.name}, which is not installed.",
            hint=f"Run: {install_command('local')}. With SUPABASE_URL and SUPABASE_KEY it is not needed.",
        ) from error


def _local_database() -> str:
    """The local stack's, started where needed; its steps are told beside the output."""
    home = load_settings(os.environ, settings_folder()).home
    return str(_local("stack").ensure(partial(typer.echo, err=True), home=home).database_url)


def _database() -> str:
    """The local stack's, where no hosted project is configured: its database URL must be given."""
    if load_settings(os.environ, settings_folder()).connection is not None:
        raise SettingsError(
            "This needs a connection to the database, and its URL is not given.",
            hint="Set DATABASE_URL or give --database-url.",
        )
    return _local_database()


def _service() -> Connection:
    """The project with its secret key: the configured one, else the local stack."""
    settings = load_settings(os.environ, settings_folder())
    if settings.connection is None:
        info = _local("stack").ensure(partial(typer.echo, err=True), home=settings.home)
        return Connection(info.url, info.secret_key)
    if settings.secret_key is None:
        raise SettingsError(
            "A worker needs the project's secret key, and none is given.",
            hint="Set SUPABASE_SECRET_KEY beside SUPABASE_URL; it is on the project's page of API keys.",
        )
    return Connection(settings.connection.url, settings.secret_key)


app.add_typer(roles_commands(_local_database), name="roles")
app.command(name="worker")(worker_command.command(_service))
app.add_typer(totals_command.commands(_database), name="totals")


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `genjobs`: an expected failure is told in two lines and ends with status 1.

    `arguments` are those of the command line unless given.
    """
    try:
        app(arguments, prog_name="genjobs")
    except ConsoleError as error:
        typer.echo(f"Error: {error.message}", err=True)
        if error.hint:
            typer.echo(f"Hint: {error.hint}", err=True)
        raise SystemExit(1) from None
