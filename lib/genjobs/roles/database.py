"""Roles over a connection to the database, as the role `postgres` of a Supabase project."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from genjobs.domain.errors import Forbidden, Unavailable
from genjobs.domain.people import RoleHolder
from genjobs.paths import SQL
from genjobs.settings.database_url import readable

_SQL = SQL / "roles"


class DatabaseRoles:
    """Keeps roles in `auth.users` of the database at `database_url`.

    Every method raises InvalidInput if the URL cannot be parsed, Unavailable if the database cannot be
    reached, Forbidden if this role has no access.
    """

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def people(self) -> list[RoleHolder]:
        """Everyone with an account, with their role or None."""
        with self._connected() as connection:
            return [RoleHolder(*row) for row in connection.execute(_sql("list"))]

    def give(self, user_id: str, role: str | None) -> None:
        """Set a person's role, or remove it with None; their other metadata stay."""
        with self._connected() as connection:
            connection.execute(_sql("give"), {"user_id": user_id, "role": role})

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        try:
            with psycopg.connect(
                readable(self._database_url), prepare_threshold=None, connect_timeout=10
            ) as connection:
                yield connection
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedTable) as error:
            raise Forbidden(
                f"The accounts cannot be read or changed: {_one_line(error)}",
                hint="Connect to a Supabase database as the role postgres.",
                code=error.sqlstate or "",
            ) from error
        except psycopg.Error as error:
            raise Unavailable(
                f"The database cannot be used: {_one_line(error)}",
                hint="Check the database URL: postgresql://user:password@host:port/database.",
            ) from error


def _one_line(error: psycopg.Error) -> str:
    return " ".join(str(error).split())


def _sql(name: str) -> bytes:
    return (_SQL / f"{name}.sql").read_bytes()
