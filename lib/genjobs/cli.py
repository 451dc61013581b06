"""The `genjobs` command."""

from __future__ import annotations

import importlib
import importlib.util
import io
import os
import runpy
import sys
from collections.abc import Sequence
from functools import partial
from types import ModuleType
from typing import Annotated

import typer

from genjobs import __version__, migrations
from genjobs.domain.errors import ConsoleError, InvalidInput, SettingsError
from genjobs.local.command import local
from genjobs.migrations import queue_command, totals_command
from genjobs.migrations.command import migrate
from genjobs.paths import APP, ROOT, install_command, is_installed, settings_folder
from genjobs.roles.command import commands as roles_commands
from genjobs.settings.connection import Connection
from genjobs.settings.loading import SECRET, console_home, load_settings
from genjobs.setup import command as setup_command
from genjobs.worker import command as worker_command

app = typer.Typer(no_args_is_help=True, add_completion=False)
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
    """Run and maintain the Generation Jobs Console."""


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
    if importlib.util.find_spec("streamlit") is None:
        raise ModuleNotFoundError(name="streamlit")
    if _configured() is None:
        _local("stack")
    sys.argv = ["streamlit", "run", str(APP), *(options or ())]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The console's port.")] = 8501,
    browser: Annotated[bool, typer.Option(help="Open a browser when the console is ready.")] = True,
) -> None:
    """Show the console in action: a local Supabase, jobs that arrive, and two workers that do them."""
    settings = load_settings(os.environ, settings_folder())
    if settings.connection is not None:
        raise SettingsError(
            "A project is configured, and the demo would create its jobs there.",
            hint="Unset SUPABASE_URL and SUPABASE_KEY, then start the demo again.",
        )
    typer.echo("A demo with made-up jobs. Sign in as any of the users on the first screen.")
    typer.echo(f"Ctrl-C ends the console and its workers; the data stays in {settings.home}.")
    os.environ["GENJOBS_LIVE_DEMO"] = "1"
    if browser:
        from genjobs.live.browser import open_when_up

        open_when_up(f"http://127.0.0.1:{port}")
    console(["--server.port", str(port), "--server.headless", "true"])


@app.command()
def schema() -> None:
    """Regenerate sql/schema and the generated parts of the documents from the migrations."""
    if is_installed():
        raise SettingsError(
            "The schema files are part of the source, but this is an installed package.",
            hint="Run it in a checkout.",
        )
    with _local("scratch").database() as database_url:
        migrations.apply(database_url)
        changed = migrations.write_schema(database_url)
    for path in changed:
        typer.echo(path.relative_to(ROOT))
    typer.echo(f"{len(changed)} files changed.")


@local.callback()
def of_the_settings() -> None:
    """A Supabase on this machine: PostgreSQL, PostgREST, auth and a gateway."""
    os.environ["GENJOBS_HOME"] = str(console_home(os.environ, settings_folder()))
    _local("stack")


def _local(name: str) -> ModuleType:
    """A module of genjobs.local. It needs packages of the extra `local`, which hosted set-ups do not need."""
    try:
        return importlib.import_module(f"genjobs.local.{name}")
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"The local stack needs the package {error.name}, which is not installed.",
            hint=f"Run: {install_command('local')}. With SUPABASE_URL and SUPABASE_KEY it is not needed.",
        ) from error


def _local_database() -> str:
    """The local stack's database URL; starts the stack if needed and prints its steps to standard error."""
    home = load_settings(os.environ, settings_folder()).home
    return str(_local("stack").ensure(partial(typer.echo, err=True), home=home).database_url)


def _database() -> str:
    """The local stack's database URL. With a hosted project configured, the URL must be given instead."""
    if _configured() is not None:
        raise SettingsError(
            "This needs a database connection, but no URL is given.",
            hint="Set DATABASE_URL or give --database-url.",
        )
    return _local_database()


def _configured() -> Connection | None:
    return load_settings(os.environ, settings_folder()).connection


def _local_project() -> setup_command.LocalProject:
    info = _local("stack").ensure(typer.echo, home=load_settings(os.environ, settings_folder()).home)
    others = [person.user_id for person in _local("demo").PEOPLE]
    connection = Connection(info.url, info.publishable_key)
    return setup_command.LocalProject(connection, info.database_url, info.demo_people, others)


def _service() -> Connection:
    """The project with its secret key: the configured one, else the local stack."""
    settings = load_settings(os.environ, settings_folder())
    if settings.lone_secret:  # whoever sets it means its project, and not the local stack's made-up jobs
        raise SettingsError(
            f"{SECRET} is set in {settings.lone_secret}, but SUPABASE_URL and SUPABASE_KEY are not.",
            hint=f"Set them too, or remove {SECRET} to use the local stack.",
        )
    if settings.connection is None:
        info = _local("stack").ensure(partial(typer.echo, err=True), home=settings.home)
        return Connection(info.url, info.secret_key)
    if settings.secret_key is None:
        raise SettingsError(
            "A worker needs the project's secret key, but none is given.",
            hint="Set SUPABASE_SECRET_KEY. The key is on the project's API keys page.",
        )
    return Connection(settings.connection.url, settings.secret_key)


app.command(name="verify")(setup_command.command(_configured, _local_project))
app.add_typer(roles_commands(_local_database), name="roles")
app.command(name="worker")(worker_command.command(_service))
app.add_typer(totals_command.commands(_database), name="totals")
app.add_typer(queue_command.commands(_database), name="queue")


def _refuse_unreadable(words: Sequence[str]) -> None:
    """Raises InvalidInput for bytes that no database, address or module name can hold."""
    for number, word in enumerate(words, 1):
        if word.encode("utf-8", "replace").decode() != word:
            raise InvalidInput(
                f"Argument {number} of the command is not valid UTF-8.", hint="Type it again, in UTF-8."
            )


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of `genjobs`: an expected failure prints two lines and exits with status 1.

    `arguments` are by default those of the command line.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    words = sys.argv[1:] if arguments is None else arguments
    try:
        _refuse_unreadable(words)
        app(words, prog_name="genjobs")
    except ConsoleError as error:
        typer.echo(f"Error: {error.message}", err=True)
        if error.hint:
            typer.echo(f"Hint: {error.hint}", err=True)
        raise SystemExit(1) from None
