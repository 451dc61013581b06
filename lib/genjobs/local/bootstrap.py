"""Gives a plain PostgreSQL database the initial state of a Supabase project: roles, schemas, functions."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

import psycopg

from genjobs.paths import SQL

SQL_FOLDER = SQL / "local"


@dataclass(frozen=True)
class RolePasswords:
    """Passwords of the three roles that log in beside the superuser; URL-safe characters only."""

    postgres: str = field(repr=False)
    authenticator: str = field(repr=False)
    supabase_auth_admin: str = field(repr=False)

    @classmethod
    def generate(cls) -> RolePasswords:
        return cls(*(secrets.token_urlsafe(24) for _ in range(3)))


def bootstrap(admin_dsn: str, passwords: RolePasswords, *, default_grants: bool = False) -> None:
    """Bring the database of `admin_dsn` (a superuser's) to a Supabase project's initial state, atomically.

    `default_grants` adds what older projects have: new public objects granted to the API roles.
    Safe to repeat, also on a second database of a cluster whose roles exist.
    """
    files = sorted((SQL_FOLDER / "bootstrap").glob("*.sql"))
    if default_grants:
        files.append(SQL_FOLDER / "default_grants.sql")
    with psycopg.connect(admin_dsn, options=_as_settings(passwords)) as connection:
        for file in files:
            connection.execute(file.read_bytes())


def _as_settings(passwords: RolePasswords) -> str:
    return " ".join(f"-c bootstrap.{role}_password={password}" for role, password in vars(passwords).items())
