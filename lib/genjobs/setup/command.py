"""`genjobs verify`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated

import typer

from genjobs.domain.errors import SettingsError
from genjobs.domain.people import DemoPerson
from genjobs.settings.connection import Connection

Email = Annotated[
    str, typer.Option(envvar="GENJOBS_EMAIL", help="The person to sign in; by default a demo user.")
]
Password = Annotated[
    str,
    typer.Option(envvar="GENJOBS_PASSWORD", help="Better set in the environment than on the command line."),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(envvar="DATABASE_URL", help="Read the catalogue directly, not only what the API reports."),
]


@dataclass(frozen=True)
class LocalProject:
    """A local stack that is running; `others` are the ids of its demo users."""

    connection: Connection
    database_url: str = field(repr=False)
    people: Sequence[DemoPerson] = field(repr=False)
    others: Sequence[str]


def command(
    configured: Callable[[], Connection | None], local: Callable[[], LocalProject]
) -> Callable[[str, str, str | None], None]:
    """The command; without a configured project it checks the local stack, which `local` starts."""

    def verify(email: Email = "", password: Password = "", database_url: DatabaseUrl = None) -> None:
        """Compare the database with the contract and the schema, and try to reach other people's rows.

        Exit 1 if anything fails.
        """
        from genjobs.setup import verification

        connection, others = configured(), list[str]()
        if connection is None:
            _refuse_without_project(database_url)
            project = local()
            connection, database_url, others = project.connection, project.database_url, list(project.others)
            email, password = _demo_login(project.people, email, password)
        if not email or not password:
            raise _without_login(email)
        if not verification.verify(
            connection, email, password, typer.echo, others=others, database_url=database_url
        ):
            raise SystemExit(1)

    return verify


def _refuse_without_project(database_url: str | None) -> None:
    """The local stack's checks would say nothing about another database."""
    if database_url is not None:
        raise SettingsError(
            "A database URL is given, but no project: the checks sign a person in through its API.",
            hint="Set SUPABASE_URL and SUPABASE_KEY, or unset DATABASE_URL to check the local stack.",
        )


def _demo_login(people: Sequence[DemoPerson], email: str, password: str) -> tuple[str, str]:
    """The given login if complete, else a demo user's: the one with this e-mail or the first."""
    fitting = [] if password else [person for person in people if email in ("", person.email)]
    return (fitting[0].email, fitting[0].password) if fitting else (email, password)


def _without_login(email: str) -> SettingsError:
    if email:
        return SettingsError(
            f"The password of {email} is missing.", hint="Set GENJOBS_PASSWORD, or give --password."
        )
    return SettingsError(
        "The checks run as a signed-in user, and none is given.",
        hint="Set GENJOBS_EMAIL and GENJOBS_PASSWORD, or give --email and --password.",
    )
